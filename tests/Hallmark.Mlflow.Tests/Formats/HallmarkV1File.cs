using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;

namespace Hallmark.Mlflow.Tests.Formats;

/// <summary>Makes testdata/hallmark/hallmark-v1.json anew, to compare the file with.</summary>
internal static class HallmarkV1File
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Default,
    };

    public static async Task<string> MakeAsync()
    {
        var events = await HallmarkV1Events.RecordAsync(TestSigner.First);
        var file = new JsonObject
        {
            ["format"] = "hallmark-vectors/hallmark-v1/1",
            ["about"] = "docs/formats/hallmark-v1.md",
            ["seed_hex"] = string.Concat(Enumerable.Repeat("0123456789abcdef", 4)),
            ["public_key"] = TestSigner.First.PublicKey.Hex,
            ["cases"] = new JsonArray([.. events.Select(made => Case(made.Id, made.Event))]),
            ["accepted"] = new JsonArray([.. HallmarkV1Alterations.Accepted(Named(events))]),
            ["negatives"] = new JsonArray([.. HallmarkV1Alterations.Refused(Named(events))]),
            ["metric_histories"] = new JsonArray([.. HallmarkV1Events.Histories.Select(pair => History(pair.Key, pair.Value))]),
        };
        return file.ToJsonString(Layout) + "\n";
    }

    private static Func<string, PreparedEvent> Named(IReadOnlyList<(string Id, PreparedEvent Event)> events) =>
        id => events.Single(made => made.Id == id).Event;

    private static JsonNode Case(string id, PreparedEvent made) =>
        new JsonObject
        {
            ["id"] = id,
            ["event_id"] = made.EventId,
            ["event_type"] = made.EventType,
            ["subject"] = made.Envelope["subject"]!.DeepClone(),
            ["previous_hash"] = made.PreviousHash,
            ["signed_at"] = made.Envelope["signed_at"]!.DeepClone(),
            ["payload"] = made.Payload.DeepClone(),
            ["expect"] = new JsonObject
            {
                ["payload_canonical"] = Encoding.UTF8.GetString(made.Record.Span),
                ["payload_hash"] = made.PayloadHash,
                ["envelope"] = Encoding.UTF8.GetString(made.EnvelopeBytes.Span),
            },
        };

    // The list is put together here by the rule of the page, point by point, and not by the code under test.
    private static JsonNode History((string RunId, string Key) metric, IReadOnlyCollection<MetricPoint> points)
    {
        var sorted = points.OrderBy(point => (point.Timestamp, point.Step, double.IsNaN(point.Value), point.Value));
        var list =
            "["
            + string.Join(',', sorted.Select(point => $"[{Integer(point.Step)},{Integer(point.Timestamp)},{Value(point.Value)}]"))
            + "]";
        return new JsonObject
        {
            ["id"] = $"{metric.RunId[..8]}/{metric.Key}",
            ["points"] = new JsonArray([
                .. points.Select(point =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["step"] = point.Step.ToString(CultureInfo.InvariantCulture),
                            ["timestamp_ms"] = point.Timestamp.ToString(CultureInfo.InvariantCulture),
                            ["value_bits"] = BitConverter.DoubleToUInt64Bits(point.Value).ToString("x16", CultureInfo.InvariantCulture),
                        }
                ),
            ]),
            ["expect"] = new JsonObject
            {
                ["count"] = points.Count,
                ["canonical"] = list,
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list))),
            },
        };
    }

    private static string Integer(long value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        return Math.Abs(value) < 1L << 53 ? text : $"\"{text}\"";
    }

    private static string Value(double value) =>
        value switch
        {
            double.NaN => "\"NaN\"",
            double.PositiveInfinity => "\"Infinity\"",
            double.NegativeInfinity => "\"-Infinity\"",
            _ => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(value))),
        };
}
