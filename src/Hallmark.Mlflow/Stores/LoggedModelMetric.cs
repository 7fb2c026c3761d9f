namespace Hallmark.Mlflow.Stores;

/// <summary>A point of a metric that was logged for a logged model (MLflow 3).</summary>
/// <param name="Key">The metric's key.</param>
/// <param name="Point">Value, time and step.</param>
/// <param name="RunId">The run that logged it.</param>
/// <param name="DatasetName">The dataset it was measured on, or null.</param>
/// <param name="DatasetDigest">That dataset's digest, or null.</param>
public sealed record LoggedModelMetric(string Key, MetricPoint Point, string RunId, string? DatasetName, string? DatasetDigest)
{
    /// <summary>The order in which every store gives them: by key, timestamp, step, run.</summary>
    internal static IReadOnlyList<LoggedModelMetric> InOrder(IEnumerable<LoggedModelMetric> metrics) =>
        [
            .. metrics
                .OrderBy(one => one.Key, StringComparer.Ordinal)
                .ThenBy(one => one.Point.Timestamp)
                .ThenBy(one => one.Point.Step)
                .ThenBy(one => one.RunId, StringComparer.Ordinal),
        ];
}
