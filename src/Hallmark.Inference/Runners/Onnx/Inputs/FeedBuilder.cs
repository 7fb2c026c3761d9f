using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Turns a prediction's input, however it is written, into one value for each input of the graph.</summary>
internal static class FeedBuilder
{
    /// <summary>The values in the order of the graph's inputs.</summary>
    /// <exception cref="ModelInputException">The input does not fit; says what the model takes.</exception>
    public static IReadOnlyList<HostValue> Build(InputContract contract, ModelInput input)
    {
        var values = BuildValues(contract, input);
        var size = values.Sum(value => value.SizeInBytes);
        return size <= contract.MaxBytes
            ? values
            : throw new ModelInputException(
                $"the inputs are {size} bytes as tensors; at most {contract.MaxBytes} go to the model",
                "send fewer rows at a time"
            );
    }

    private static IReadOnlyList<HostValue> BuildValues(InputContract contract, ModelInput input) =>
        input.Form switch
        {
            _ when contract.OnlyInput is { Type.Kind: OnnxValueKind.Map } map => [MapFeeds.Build(contract, map, input)],
            InputForm.Plain => PlainFeeds.Build(contract, input.Value),
            InputForm.DataframeSplit => TableFeeds.Build(contract, InputTable.OfSplit(input.Value, contract)),
            InputForm.DataframeRecords => input.Value is JsonArray records
                ? TableFeeds.Build(contract, InputTable.OfRecords(records, contract))
                : throw contract.Refuse("dataframe_records is no list of objects"),
            InputForm.Csv => TableFeeds.Build(contract, CsvTable.Read(input.Value, contract)),
            InputForm.Instances => BuildInstances(contract, input.Value),
            InputForm.Inputs => BuildInputs(contract, input.Value),
            InputForm.OpenInference => OpenInferenceFeeds.Build(contract, input.Value),
            _ => throw contract.Refuse($"inputs of the form {input.Form} are not for ONNX models"),
        };

    // Rows: a list of objects with names, or the only tensor.
    private static IReadOnlyList<HostValue> BuildInstances(InputContract contract, JsonNode? value) =>
        value switch
        {
            JsonArray and [JsonObject, ..] => TableFeeds.Build(contract, InputTable.OfRecords(value.AsArray(), contract)),
            JsonArray => BuildOnly(contract, value),
            _ => throw contract.Refuse("instances is no list"),
        };

    // Columns: an object with a tensor for each name, or the only tensor; MLflow takes records here too.
    private static IReadOnlyList<HostValue> BuildInputs(InputContract contract, JsonNode? value) =>
        value switch
        {
            JsonObject named when NamedFeeds.AreNamed(contract, named) => NamedFeeds.Build(contract, named, ShapeRule.Exact),
            JsonObject columns => TableFeeds.Build(contract, InputTable.OfColumns(columns, contract)),
            JsonArray and [JsonObject, ..] => TableFeeds.Build(contract, InputTable.OfRecords(value.AsArray(), contract)),
            _ => BuildOnly(contract, value),
        };

    private static HostValue[] BuildOnly(InputContract contract, JsonNode? value)
    {
        var only = contract.OnlyInput ?? throw contract.Refuse($"the model has {contract.Inputs.Count} inputs: name each");
        return [NamedFeeds.Make(contract, only, InputArray.Of(value, contract), ShapeRule.Exact)];
    }
}
