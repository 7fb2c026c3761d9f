using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Status;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>
/// Predictions of one model that all go into a log (mlflow-events.md §7.3). Order: the gate is asked, the input is committed to, a place in the log is reserved, the model
/// runs, the output is committed to, the place is filled. So nothing is answered that cannot be logged, and no model runs for nothing. Safe for use by several threads.
/// </summary>
public sealed class PredictionService
{
    /// <summary>The payload's member for <see cref="ModelIdentity.ArtifactHash"/>, where nothing else that was recorded says which bytes answered.</summary>
    public const string ContentMember = "artifact_hash";

    private readonly IModelRunner _runner;
    private readonly ModelIdentity _identity;
    private readonly IPredictionLog _log;
    private readonly TimeProvider _time;
    private readonly PredictionServiceOptions _options;
    private readonly PredictionWait? _wait;

    /// <param name="runner">Runs the model; stays the caller's.</param>
    /// <param name="identity">Which model it is.</param>
    /// <param name="log">Where predictions go; stays the caller's.</param>
    /// <param name="time">The clock, for latencies.</param>
    /// <param name="options">How predictions are made.</param>
    public PredictionService(
        IModelRunner runner,
        ModelIdentity identity,
        IPredictionLog log,
        TimeProvider time,
        PredictionServiceOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        (_runner, _identity, _log, _time, _options) = (runner, identity, log, time, options);
        _wait = options.FindLedger is { } findLedger ? new PredictionWait(findLedger, time) : null;
    }

    /// <summary>Makes one prediction. Returns when the model has answered; the prediction's ticket says when it is on disk.</summary>
    /// <param name="input">The input.</param>
    /// <param name="options">What the caller adds.</param>
    /// <param name="cancellationToken">Ends the waiting and the model's work; a prediction that was made is recorded all the same.</param>
    /// <exception cref="AssetStatusException">The gate lets nothing through; the model did not run.</exception>
    /// <exception cref="ModelInputException">The input does not fit the model, or cannot be committed to.</exception>
    /// <exception cref="BadInputException">The metadata has no canonical form; the model did not run.</exception>
    /// <exception cref="PredictionLogFullException">There is no place in the log; the model did not run.</exception>
    /// <exception cref="UnavailableException">The log takes nothing; the model did not run.</exception>
    /// <exception cref="ModelRunException">The model failed, or answered what cannot be committed to.</exception>
    public async Task<Prediction> PredictAsync(ModelInput input, PredictOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        if (_options.Recheck is { } gate)
        {
            await gate.PassAsync(AssetGate.PredictPhase, cancellationToken).ConfigureAwait(false);
        }

        var committed = Commitments.OfInput(input, _options.Salts);
        var record = Describe(options);
        using var place = options.WaitsForPlace
            ? await _log.ReserveAsync(cancellationToken).ConfigureAwait(false)
            : _log.TryReserve() ?? throw new PredictionLogFullException();
        var start = _time.GetTimestamp();
        var output = await _runner.RunAsync(input, cancellationToken).ConfigureAwait(false);
        var latency = _time.GetElapsedTime(start);
        committed = committed.WithOutput(output);
        var facts = new PredictionFacts
        {
            DecisionId = _options.Ids.Next(),
            ModelName = _identity.Name,
            ModelVersion = _identity.Version,
            RunId = _identity.RunId,
            ModelUri = _identity.Uri,
            InputHash = committed.InputHash,
            OutputHash = committed.OutputHash,
            LatencyInMilliseconds = latency.TotalMilliseconds,
            ArtifactVerified = _identity.ArtifactVerified,
        };
        record = await committed.KeepAsync(facts.DecisionId, PayloadForms.Name(record, input.Form, output.Form)).ConfigureAwait(false);
        return new Prediction(output, facts, place.Record(facts, _identity.RegistrationTransaction, record), _wait);
    }

    private RecordOptions Describe(PredictOptions options)
    {
        var record = new RecordOptions
        {
            Metadata = WithContent(options.Metadata),
            MlflowTraceId = options.MlflowTraceId,
            Span = options.Span ?? TraceParent.Find(options.TraceParent) ?? (_options.CapturesSpan ? SpanIds.Capture() : null),
        };
        if (options is { Metadata: null, MlflowTraceId: null })
        {
            return record;
        }

        // What the caller adds must not be what keeps the answer out of the log.
        _ = PredictionPayload.Canonicalize(Probe, record);
        return record;
    }

    // A version or run that was verified names the bytes that answered. A folder has neither, and what was let through unanchored proves nothing by its name.
    private JsonObject? WithContent(JsonObject? metadata)
    {
        var isNamed = _identity.Name != ModelIdentity.Unknown || _identity.RunId != ModelIdentity.Unknown;
        if (_identity.ArtifactHash is not { } hash || (isNamed && _identity.ArtifactVerified is true))
        {
            return metadata;
        }

        var named = metadata?.DeepClone().AsObject() ?? [];
        named[ContentMember] = hash;
        return named;
    }

    private static PredictionFacts Probe { get; } =
        new()
        {
            DecisionId = "",
            ModelName = "",
            ModelVersion = "",
            RunId = "",
            ModelUri = "",
            InputHash = "",
            OutputHash = "",
            LatencyInMilliseconds = 0,
        };
}
