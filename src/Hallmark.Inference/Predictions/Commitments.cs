using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Inference.Predictions.Salted;
using Hallmark.Inference.Runners;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>What one prediction commits to: plain hashes, or where there is a store for salts, commitments field by field.</summary>
/// <remarks>Compared by reference of its parts; not meant to be compared.</remarks>
internal sealed record Commitments
{
    private SaltStore? _salts;
    private SaltedSide? _input;
    private SaltedSide? _output;

    private Commitments() { }

    /// <summary>The record's <c>input_hash</c>.</summary>
    public required string InputHash { get; init; }

    /// <summary>The record's <c>output_hash</c>; empty before there is an output.</summary>
    public string OutputHash { get; private init; } = "";

    /// <summary>Commits to the input.</summary>
    /// <exception cref="ModelInputException">It cannot be committed to.</exception>
    public static Commitments OfInput(ModelInput input, SaltStore? salts)
    {
        // Also where salts are used: an input without canonical form is refused in the same words.
        var plain = PredictionCommitment.OfInput(input);
        if (salts is null)
        {
            return new Commitments { InputHash = plain };
        }

        var side = SaltedSide.Of(FieldSalt.Input, SaltedFields.OfInput(input));
        return new Commitments
        {
            InputHash = side.Hash,
            _salts = salts,
            _input = side,
        };
    }

    /// <summary>Commits to the output too.</summary>
    /// <exception cref="ModelRunException">It cannot be committed to.</exception>
    public Commitments WithOutput(ModelOutput output)
    {
        if (_salts is null)
        {
            return this with { OutputHash = PredictionCommitment.OfOutput(output.Value, output.Form) };
        }

        if (SetApartNumbers.StandIn(output.Value))
        {
            throw NotByFields("an integer beyond ±(2^53-1) would be rounded by readers", cause: null);
        }

        try
        {
            var side = SaltedSide.Of(FieldSalt.Output, SaltedFields.OfOutput(output.Value));
            return this with { OutputHash = side.Hash, _output = side };
        }
        catch (JsonRejectedException refusal)
        {
            throw NotByFields(refusal.Message, refusal);
        }
    }

    /// <summary>Keeps the salts, durably, and puts the commitments into the record.</summary>
    /// <exception cref="Core.Failures.UnavailableException">The salts cannot be kept; the prediction must not be given out.</exception>
    public ValueTask<RecordOptions> KeepAsync(string decisionId, RecordOptions record) =>
        _salts is null || _input is null || _output is null
            ? ValueTask.FromResult(record)
            : new ValueTask<RecordOptions>(KeepAsync(_salts, _input, _output, decisionId, record));

    private static async Task<RecordOptions> KeepAsync(
        SaltStore salts,
        SaltedSide input,
        SaltedSide output,
        string decisionId,
        RecordOptions record
    )
    {
        await salts.AddAsync(decisionId, [.. input.Salts, .. output.Salts]).ConfigureAwait(false);
        var metadata = record.Metadata?.DeepClone().AsObject() ?? [];
        metadata[SaltedSide.Member] = new JsonObject { [FieldSalt.Input] = input.Commitments, [FieldSalt.Output] = output.Commitments };
        return record with { Metadata = metadata };
    }

    private static ModelRunException NotByFields(string why, Exception? cause) =>
        new($"the model's answer cannot be committed to field by field and is not given out: {why}", cause);
}
