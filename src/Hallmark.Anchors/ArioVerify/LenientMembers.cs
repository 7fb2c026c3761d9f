using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Anchors.ArioVerify;

/// <summary>Members of answers that may be missing, null or of another kind: then there is nothing (ario-verify-api.md §4.1).</summary>
internal static class LenientMembers
{
    private const int MaxTextLength = 4_096;

    public static JsonObject? FindObject(this JsonObject? json, string name) => json?[name] as JsonObject;

    public static string? FindText(this JsonObject? json, string name) =>
        json?[name] is JsonValue value
        && value.GetValueKind() is JsonValueKind.String
        && value.TryGetValue<string>(out var text)
        && text.Length <= MaxTextLength
            ? text
            : null;

    public static bool? FindBool(this JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<bool>(out var found) ? found : null;

    public static long? FindInteger(this JsonObject? json, string name) =>
        json?[name] is JsonValue value
        && value.GetValueKind() is JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= 9_007_199_254_740_992
        && Math.Floor(number) == number
            ? (long)number
            : null;

    /// <summary>A time: ISO 8601 with its offset, or Unix seconds (the family's specification and the service differ).</summary>
    public static DateTimeOffset? FindTime(this JsonObject? json, string name) =>
        json.FindInteger(name) is { } seconds ? (seconds <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null)
        : json.FindText(name) is { Length: <= 40 } text
        && DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
        : null;
}
