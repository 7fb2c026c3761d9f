using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;

namespace Hallmark.Mlflow.Events;

/// <summary>JSON as it lies in a store: anybody may have written it.</summary>
internal static class StoredJson
{
    /// <summary>The object that the bytes spell, or null where they are not a JSON object within the limits of envelope.md §1.1.</summary>
    public static JsonObject? TryParseObject(ReadOnlySpan<byte> bytes, DuplicateNames duplicates = DuplicateNames.Refuse)
    {
        try
        {
            return StrictJson.Parse(bytes, duplicates) as JsonObject;
        }
        catch (JsonRejectedException)
        {
            return null;
        }
    }

    /// <summary>A member that is a string, or null.</summary>
    public static string? Text(JsonNode? parent, string name) =>
        parent is JsonObject members && members[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String
            ? value.GetValue<string>()
            : null;

    /// <summary>A member that is a string or a number, as text; or null.</summary>
    public static string? Scalar(JsonNode? parent, string name) =>
        Text(parent, name)
        ?? (
            parent is JsonObject members && members[name] is JsonValue value && value.GetValueKind() is JsonValueKind.Number
                ? value.ToJsonString()
                : null
        );

    /// <summary>A member that is a whole moment, or null; one that names no offset is UTC's.</summary>
    public static DateTimeOffset? Time(JsonNode? parent, string name) =>
        EnvelopeTime.TryParse(Text(parent, name), out var time) ? time : null;
}
