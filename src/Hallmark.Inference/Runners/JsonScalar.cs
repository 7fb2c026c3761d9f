using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners;

/// <summary>Single values of JSON, whether they were parsed or made by a caller in this process.</summary>
internal static class JsonScalar
{
    /// <summary>The text, or null where it is none.</summary>
    public static string? FindText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number, or null where it is none that fits.</summary>
    public static long? FindWholeNumber(JsonNode? node) =>
        long.TryParse(FindNumberText(node), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The number as JSON writes it; null where it is none, or one that JSON has not (NaN and the infinities, as callers in this process and YAML have them).</summary>
    public static string? FindNumberText(JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.GetValueKind() is JsonValueKind.Number ? value.ToJsonString() : null;
        }
        catch (Exception none) when (none is ArgumentException or JsonException)
        {
            return null;
        }
    }
}
