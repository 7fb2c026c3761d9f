using System.Text.Json.Nodes;
using Hallmark.Core.Digests;
using Hallmark.Core.Json;
using Hallmark.Inference.Runners;

namespace Hallmark.Inference.Predictions;

/// <summary>
/// What goes into a record for the input and the output of a prediction. Plain values are committed to as the original does (<see cref="PredictionHash"/>); every other form
/// of input under a member that names it, and outputs with numbers that JSON has not in a wrapping of their own. See docs/formats/predictions.md.
/// </summary>
public static class PredictionCommitment
{
    /// <summary>The hash of an input, 64 lower-case hex digits.</summary>
    /// <exception cref="ModelInputException">The input has no canonical form, so that nothing could commit to it. The model must not run.</exception>
    public static string OfInput(ModelInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        try
        {
            return input is { Form: InputForm.Plain, Parameters: null } ? PredictionHash.OfInput(input.Value) : Hash(CanonicalInput(input));
        }
        catch (JsonRejectedException refusal)
        {
            throw new ModelInputException(
                $"the input cannot be committed to, so the model did not run: {refusal.Message}",
                "send finite numbers, well-formed text, at most 128 levels deep"
            );
        }
    }

    /// <summary>The hash of what a model answered, 64 lower-case hex digits.</summary>
    /// <exception cref="ModelRunException">The output has no canonical form, nor one with its numbers set apart. It must not be given out.</exception>
    public static string OfOutput(JsonNode? output) => OfOutput(output, OutputForm.Prediction);

    /// <summary>The hash of an output, 64 lower-case hex digits.</summary>
    /// <param name="output">The value.</param>
    /// <param name="form">How it is written: the member that it is hashed under.</param>
    /// <exception cref="ModelRunException">The output has no canonical form, nor one with its numbers set apart. It must not be given out.</exception>
    public static string OfOutput(JsonNode? output, OutputForm form)
    {
        var member = MemberOf(form);
        if (SetApartNumbers.StandIn(output))
        {
            return Hash(SetApartNumbers.CanonicalOutput(output, member));
        }

        try
        {
            using var writer = new CanonicalJsonWriter();
            return Hash(writer.StartObject().Name(member).Node(output).EndObject().ToArray());
        }
        catch (JsonRejectedException refusal) when (refusal.Fault is JsonFault.NotFinite or JsonFault.InexactInteger)
        {
            return Hash(SetApartNumbers.CanonicalOutput(output, member));
        }
        catch (JsonRejectedException refusal)
        {
            throw new ModelRunException(
                $"the model's answer cannot be committed to and is not given out: {refusal.Message}",
                refusal,
                "an answer is JSON with well-formed text, at most 128 levels deep"
            );
        }
    }

    /// <summary>The bytes that an input is hashed as.</summary>
    /// <exception cref="JsonRejectedException">The input has no canonical form.</exception>
    public static byte[] CanonicalInput(ModelInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input is { Form: InputForm.Plain, Parameters: null })
        {
            return PredictionHash.CanonicalInput(input.Value);
        }

        using var writer = new CanonicalJsonWriter();
        writer.StartObject().Name(MemberOf(input.Form)).Node(input.Value);
        if (input.Parameters is { } parameters)
        {
            writer.Name("params").Node(parameters);
        }

        return writer.EndObject().ToArray();
    }

    private static string Hash(byte[] canonical) => Sha256.HashHex(canonical);

    private static string MemberOf(InputForm form) =>
        form switch
        {
            InputForm.Plain => "plain",
            InputForm.DataframeSplit => "dataframe_split",
            InputForm.DataframeRecords => "dataframe_records",
            InputForm.Instances => "instances",
            InputForm.Inputs => "inputs",
            InputForm.Csv => "csv",
            InputForm.OpenInference => "open_inference",
            InputForm.Bytes => "bytes",
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a form of input"),
        };

    private static string MemberOf(OutputForm form) =>
        form switch
        {
            OutputForm.Prediction => "prediction",
            OutputForm.Answer => "answer",
            OutputForm.Bytes => "bytes",
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a form of output"),
        };
}
