using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;

namespace Hallmark.Evidence.Bodies;

/// <summary>The events that a record names as those it follows: <c>hallmark.previous</c> and <c>hallmark.datasets</c> (docs/formats/hallmark-v1.md).</summary>
internal static class RecordLinks
{
    /// <summary>Their ids; none where the record is no JSON object or names none.</summary>
    public static IEnumerable<string> EventIds(ReadOnlySpan<byte> recordUtf8)
    {
        if (!StrictJson.TryParse(recordUtf8, out var record, out _) || HallmarkMember.Of(record as JsonObject) is not { } links)
        {
            return [];
        }

        IEnumerable<JsonNode?> named = links[HallmarkMember.Datasets] is JsonArray datasets ? datasets : [];
        return named
            .Append(links[HallmarkMember.Previous])
            .OfType<JsonObject>()
            .Select(link => link["event_id"] is JsonValue value && value.TryGetValue<string>(out var eventId) ? eventId : null)
            .OfType<string>();
    }
}
