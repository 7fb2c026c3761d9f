using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>The member <c>metrics</c> of a training record (mlflow-events.md §3.4).</summary>
internal static class MetricMembers
{
    /// <summary>How many decimals a metric keeps.</summary>
    public const int Precision = 6;

    /// <summary>True where a metric is NaN or infinite, which <c>ario.mlflow/v1</c> cannot express.</summary>
    public static bool HasNonFinite(MlflowRun run) => run.Metrics.Values.Any(point => !double.IsFinite(point.Value));

    /// <summary>The latest value of each metric, rounded; non-finite ones as MLflow's own texts (<c>hallmark/v1</c> only).</summary>
    public static JsonObject Build(MlflowRun run)
    {
        var metrics = new JsonObject();
        foreach (var (key, point) in run.Metrics)
        {
            metrics[key] = ToJson(double.IsFinite(point.Value) ? FloatRounding.Round(point.Value, Precision) : point.Value);
        }

        return metrics;
    }

    /// <summary>A number, or MLflow's text <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>.</summary>
    public static JsonValue ToJson(double value) =>
        double.IsFinite(value)
            ? JsonValue.Create(value)
            : JsonValue.Create(
                double.IsNaN(value) ? "NaN"
                : value > 0 ? "Infinity"
                : "-Infinity"
            );
}
