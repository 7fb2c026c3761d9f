namespace Hallmark.Mlflow.Stores;

/// <summary>One point of a metric.</summary>
/// <param name="Value">The value; NaN and infinities are possible.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Step">The step; may be negative.</param>
public readonly record struct MetricPoint(double Value, long Timestamp, long Step);
