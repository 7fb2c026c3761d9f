using System.Diagnostics.Metrics;
using Hallmark.Server.Scoring.Admission;

namespace Hallmark.Server.Scoring.Telemetry;

/// <summary>What a scoring server counts: the meter <c>Hallmark.Scoring</c>. Labels come from closed sets, so that callers cannot make series.</summary>
internal sealed class ScoringMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Hallmark.Scoring";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestTime;
    private readonly Counter<long> _predictions;
    private readonly Histogram<double> _inferenceTime;
    private long _underWay;

    public ScoringMetrics(Turns turns, BodyBudget bodies)
    {
        _requests = Meter.CreateCounter<long>("hallmark.requests", unit: null, "Requests answered, by route and status.");
        _requestTime = Meter.CreateHistogram<double>("hallmark.request.duration", "s", "Time from the request's headers to its answer.");
        _predictions = Meter.CreateCounter<long>(
            "hallmark.predictions",
            unit: null,
            "Predictions answered, by the state of their receipt."
        );
        _inferenceTime = Meter.CreateHistogram<double>(
            "hallmark.inference.duration",
            "s",
            "Time from a request's turn to the model's answer."
        );
        Meter.CreateObservableGauge(
            "hallmark.predictions.under_way",
            () => Interlocked.Read(ref _underWay),
            unit: null,
            "Runs of the model now."
        );
        Meter.CreateObservableGauge("hallmark.predictions.waiting", () => turns.Waiting, unit: null, "Requests that wait for their turn.");
        Meter.CreateObservableGauge("hallmark.bodies.held", () => bodies.Held, "By", "Bytes of requests at hand.");
    }

    /// <summary>This server's own meter: several servers in one process do not mix.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>A run of the model begins.</summary>
    public void Begin() => Interlocked.Increment(ref _underWay);

    /// <summary>A run of the model has ended.</summary>
    public void End() => Interlocked.Decrement(ref _underWay);

    /// <summary>The model has answered.</summary>
    public void Inference(TimeSpan duration) => _inferenceTime.Record(duration.TotalSeconds);

    /// <summary>A prediction is given out.</summary>
    /// <param name="state">Its receipt's state.</param>
    public void Predicted(string state) => _predictions.Add(1, new KeyValuePair<string, object?>("receipt", state));

    /// <summary>A request was answered.</summary>
    /// <param name="route">The route's pattern, or <c>none</c>.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="duration">How long it took.</param>
    public void Answered(string route, int status, TimeSpan duration)
    {
        var label = new KeyValuePair<string, object?>("route", route);
        _requests.Add(1, label, new KeyValuePair<string, object?>("status", status));
        _requestTime.Record(duration.TotalSeconds, label);
    }

    /// <inheritdoc />
    public void Dispose() => Meter.Dispose();
}
