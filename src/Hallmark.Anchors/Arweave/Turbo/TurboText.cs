using System.Text.Json.Nodes;

namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>Members of the services' answers that may hold anything: short printable texts and whole numbers, or nothing.</summary>
internal static class TurboText
{
    private const int MaxLength = 200;

    /// <summary>A text of printable ASCII, cut to 200 characters; null where there is none.</summary>
    public static string? Find(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0
            ? new string([.. text.Take(MaxLength).Select(c => c is >= ' ' and <= '~' ? c : ' ')])
            : null;

    /// <summary>A whole number from 0 on.</summary>
    public static long? FindNumber(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<long>(out var number) && number >= 0 ? number : null;
}
