using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Failures;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners;

namespace Hallmark.Inference.Tests.Predictions;

public sealed class PredictionCommitmentTests
{
    [Theory]
    [InlineData(InputForm.DataframeSplit, """{"columns":["a"],"data":[[1]]}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]}}""")]
    [InlineData(InputForm.DataframeRecords, """[{"a":1}]""", """{"dataframe_records":[{"a":1}]}""")]
    [InlineData(InputForm.Instances, "[[1.0]]", """{"instances":[[1]]}""")]
    [InlineData(InputForm.Inputs, """{"x":[1]}""", """{"inputs":{"x":[1]}}""")]
    [InlineData(InputForm.Csv, "\"a\\n1\\n\"", """{"csv":"a\n1\n"}""")]
    [InlineData(InputForm.OpenInference, "[]", """{"open_inference":[]}""")]
    [InlineData(InputForm.Plain, "[1]", """{"features":[1]}""")]
    [InlineData(InputForm.Plain, """{"b":1,"a":2}""", """{"a":2,"b":1}""")]
    public void Each_form_of_input_stands_under_its_name(InputForm form, string value, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(PredictionCommitment.CanonicalInput(new ModelInput(form, JsonNode.Parse(value)))));

    [Fact]
    public void Parameters_stand_beside_the_value_whatever_its_form()
    {
        var parameters = new JsonObject { ["temperature"] = 0.5 };
        Assert.Equal(
            """{"instances":[1],"params":{"temperature":0.5}}""",
            Encoding.UTF8.GetString(PredictionCommitment.CanonicalInput(new ModelInput(InputForm.Instances, new JsonArray(1), parameters)))
        );
        Assert.Equal(
            """{"params":{"temperature":0.5},"plain":[1]}""",
            Encoding.UTF8.GetString(PredictionCommitment.CanonicalInput(new ModelInput(InputForm.Plain, new JsonArray(1), parameters)))
        );
    }

    [Fact]
    public void Numbers_that_json_has_not_stand_apart_under_their_pointers()
    {
        var output = new JsonArray(
            1.5,
            double.NaN,
            new JsonObject { ["a/b~c"] = float.NegativeInfinity, ["d"] = new JsonArray(double.PositiveInfinity, long.MaxValue) },
            ulong.MaxValue,
            null
        );
        Assert.Equal(
            """{"numbers":{"/1":"NaN","/2/a~1b~0c":"-Infinity","/2/d/0":"Infinity","/2/d/1":"9223372036854775807","/3":"18446744073709551615"},"prediction":[1.5,null,{"a/b~c":null,"d":[null,null]},null,null]}""",
            Encoding.UTF8.GetString(SetApartNumbers.CanonicalOutput(output))
        );
        Assert.Equal(5, output.Count);
    }

    [Fact]
    public void An_output_that_is_a_single_such_number_stands_under_the_empty_pointer() =>
        Assert.Equal("""{"numbers":{"":"NaN"},"prediction":null}""", Encoding.UTF8.GetString(SetApartNumbers.CanonicalOutput(double.NaN)));

    [Fact]
    public void Any_two_outputs_share_a_hash_only_where_they_are_the_same_numbers() =>
        Prop.ForAll<double[], double[]>(
                (one, other) =>
                    PredictionCommitment.OfOutput(ListOf(one)) == PredictionCommitment.OfOutput(ListOf(other)) == one.SequenceEqual(other)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_null_where_a_number_was_is_not_that_number() =>
        Assert.Equal(
            4,
            new[]
            {
                PredictionCommitment.OfOutput(new JsonArray(double.NaN)),
                PredictionCommitment.OfOutput(new JsonArray((JsonNode?)null)),
                PredictionCommitment.OfOutput(new JsonArray("NaN")),
                PredictionCommitment.OfOutput(new JsonArray(double.PositiveInfinity)),
            }
                .Distinct()
                .Count()
        );

    [Fact]
    public void Text_that_is_none_is_refused_on_both_sides()
    {
        Assert.Equal(2, Assert.Throws<ModelInputException>(() => PredictionCommitment.OfInput(ModelInput.Of("\ud800"))).ExitCode);
        Assert.Throws<ModelRunException>(() => PredictionCommitment.OfOutput("\ud800"));
        Assert.Throws<ModelRunException>(() => PredictionCommitment.OfOutput(new JsonArray(double.NaN, "\ud800")));
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01", false)]
    [InlineData("0 -0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_traceparent_is_read_strictly_or_not_at_all(string? header, bool isOne)
    {
        var span = TraceParent.Find(header);
        Assert.Equal(isOne, span is not null);
        Assert.True(span is null or { TraceId: "0af7651916cd43dd8448eb211c80319c", SpanId: "b7ad6b7169203331" });
    }

    [Theory]
    [InlineData("logged")]
    [InlineData("checkpointed")]
    [InlineData("arweave")]
    [InlineData("arweave:submitted")]
    [InlineData("arweave:final")]
    public void A_stage_is_read(string text)
    {
        var stage = PredictionStage.Parse(text);
        Assert.Equal(text != "logged", stage.NeedsCheckpoint);
        Assert.Equal(text.StartsWith("arweave", StringComparison.Ordinal) ? "arweave" : null, stage.Anchor);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":final")]
    [InlineData("arweave:")]
    [InlineData("arweave:rejected")]
    [InlineData("arweave:final:now")]
    public void What_is_no_stage_is_refused(string text) => Assert.Throws<BadInputException>(() => PredictionStage.Parse(text));

    private static JsonArray ListOf(double[] numbers) => new([.. numbers.Select(number => (JsonNode)number)]);
}
