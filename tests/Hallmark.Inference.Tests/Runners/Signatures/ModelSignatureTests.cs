using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Tests.Runners.Signatures;

public sealed class ModelSignatureTests
{
    [Fact]
    public void Columns_are_read_from_the_json_text_that_mlflow_writes()
    {
        var signature = Read(
            """[{"type": "double", "name": "a", "required": true}, {"type": "long", "name": "b", "required": false}, {"type": "string", "name": "c"}]"""
        );
        Assert.False(signature.HasTensorInputs);
        Assert.Equal(
            ["a:FP64:True", "b:INT64:False", "c:BYTES:True"],
            signature.Inputs.Select(field => $"{field.Name}:{field.DataType}:{field.IsRequired}")
        );
        Assert.All(signature.Inputs, field => Assert.Equal([-1], field.Shape!));
        Assert.Empty(signature.Outputs);
    }

    [Theory]
    [InlineData("boolean", "BOOL")]
    [InlineData("integer", "INT32")]
    [InlineData("long", "INT64")]
    [InlineData("float", "FP32")]
    [InlineData("double", "FP64")]
    [InlineData("string", "BYTES")]
    [InlineData("binary", "BYTES")]
    [InlineData("datetime", "BYTES")]
    public void A_columns_type_has_the_name_of_the_open_inference_protocol(string mlflow, string protocol) =>
        Assert.Equal(protocol, Read($$"""[{"type":"{{mlflow}}","name":"x"}]""").Inputs[0].DataType);

    [Theory]
    [InlineData("bool", "BOOL")]
    [InlineData("uint8", "UINT8")]
    [InlineData("int64", "INT64")]
    [InlineData("float16", "FP16")]
    [InlineData("float32", "FP32")]
    [InlineData("float64", "FP64")]
    [InlineData("object", "BYTES")]
    [InlineData("<U12", "BYTES")]
    [InlineData("datetime64[ns]", "BYTES")]
    public void A_tensors_type_has_the_name_of_the_open_inference_protocol(string numpy, string protocol)
    {
        var signature = Read($$$"""[{"type":"tensor","tensor-spec":{"dtype":"{{{numpy}}}","shape":[-1,28,28]}}]""");
        Assert.True(signature.HasTensorInputs);
        Assert.Equal(protocol, signature.Inputs[0].DataType);
        Assert.Equal("", signature.Inputs[0].Name);
        Assert.Equal([-1, 28, 28], signature.Inputs[0].Shape!);
    }

    [Fact]
    public void A_column_of_a_nested_type_has_no_shape() =>
        Assert.Null(Read("""[{"type":"array","items":{"type":"double"},"name":"x"}]""").Inputs[0].Shape);

    [Theory]
    [InlineData("null")]
    [InlineData("""{"inputs":null}""")]
    [InlineData("""{"inputs":"null"}""")]
    public void A_model_without_signature_says_nothing(string signature)
    {
        var read = ModelSignature.Read(new JsonObject { ["signature"] = JsonNode.Parse(signature) });
        Assert.Empty(read.Inputs);
        Assert.False(read.HasTensorInputs);
        Assert.Empty(ModelSignature.Read(null).Inputs);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("[7]")]
    [InlineData("""[{"name":"x"}]""")]
    [InlineData("""[{"type":"complex","name":"x"}]""")]
    [InlineData("""[{"type":"tensor"}]""")]
    [InlineData("""[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-2]}}]""")]
    [InlineData("""[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[1.5]}}]""")]
    [InlineData("""[{"type":"tensor","tensor-spec":{"dtype":"complex64","shape":[1]}}]""")]
    public void A_signature_that_mlflow_does_not_write_is_refused(string inputs) =>
        Assert.Equal(3, Assert.Throws<ModelRunException>(() => Read(inputs)).ExitCode);

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"inputs":7}""")]
    [InlineData("""{"outputs":{}}""")]
    public void A_signature_of_another_shape_is_refused(string signature) =>
        Assert.Throws<ModelRunException>(() => ModelSignature.Read(new JsonObject { ["signature"] = JsonNode.Parse(signature) }));

    private static ModelSignature Read(string inputs) =>
        ModelSignature.Read(new JsonObject { ["signature"] = new JsonObject { ["inputs"] = inputs } });
}
