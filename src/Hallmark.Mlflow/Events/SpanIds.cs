using System.Diagnostics;

namespace Hallmark.Mlflow.Events;

/// <summary>The ids of an OpenTelemetry span (mlflow-events.md §1).</summary>
/// <param name="TraceId">32 lower-case hex digits.</param>
/// <param name="SpanId">16 lower-case hex digits.</param>
public sealed record SpanIds(string TraceId, string SpanId)
{
    /// <summary>The environment variable that switches the capture off.</summary>
    public const string Variable = "ARIO_MLFLOW_CAPTURE_OTEL";

    /// <summary>False where the variable's value (any case) is <c>false</c>, <c>0</c>, <c>no</c> or <c>off</c>.</summary>
    public static bool IsCaptureOn(string? variable) => variable?.ToLowerInvariant() is not ("false" or "0" or "no" or "off");

    /// <summary>The calling thread's current span, or null where there is no valid one.</summary>
    public static SpanIds? Capture() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity && activity.TraceId != default && activity.SpanId != default
            ? new SpanIds(activity.TraceId.ToHexString(), activity.SpanId.ToHexString())
            : null;
}
