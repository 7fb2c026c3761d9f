using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// A commitment to every point of every metric, our own member <c>hallmark.metric_history</c>: for each key the number of points and the SHA-256 of the
/// canonical list of <c>[step,timestamp,value]</c>, sorted by timestamp, step and value (NaN last). Values are not rounded.
/// </summary>
public static class MetricHistory
{
    private const long LargestExactInteger = (1L << 53) - 1;

    /// <summary>Reads the histories of all metrics of a run.</summary>
    public static async Task<JsonObject> ReadAsync(IMlflowStore store, MlflowRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(run);
        var member = new JsonObject();
        foreach (var key in run.Metrics.Keys.Order(StringComparer.Ordinal))
        {
            var points = await store.ReadMetricHistoryAsync(run.RunId, key, cancellationToken).ConfigureAwait(false);
            member[key] = new JsonObject { ["count"] = points.Count, ["sha256"] = Hash(points) };
        }

        return member;
    }

    /// <summary>The SHA-256 of the canonical list, 64 hex digits.</summary>
    public static string Hash(IReadOnlyCollection<MetricPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var first = true;
        foreach (
            var point in points
                .OrderBy(point => point.Timestamp)
                .ThenBy(point => point.Step)
                .ThenBy(point => double.IsNaN(point.Value))
                .ThenBy(point => point.Value)
        )
        {
            sha.AppendData(first ? "["u8 : ","u8);
            sha.AppendData(
                CanonicalJson.Canonicalize(new JsonArray(Integer(point.Step), Integer(point.Timestamp), MetricMembers.ToJson(point.Value)))
            );
            first = false;
        }

        sha.AppendData(first ? "[]"u8 : "]"u8);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    // Beyond 2^53 a JSON number would be rounded and two points would look alike: such integers are written as text.
    private static JsonValue Integer(long value) =>
        value is >= -LargestExactInteger and <= LargestExactInteger
            ? JsonValue.Create(value)
            : JsonValue.Create(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
