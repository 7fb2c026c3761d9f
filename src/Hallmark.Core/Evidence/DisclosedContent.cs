using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Core.Evidence;

/// <summary>Files of content that is disclosed beside a bundle (envelope family §16, <c>--logs</c>).</summary>
public static class DisclosedContent
{
    /// <summary>
    /// Reads a file: an object from event id to content. An even number of lower-case hex digits is taken for hex, everything else for text. Content that is
    /// itself such digits must therefore be written as hex of them.
    /// </summary>
    /// <returns>Hex, by event id, for <see cref="EvidenceInputs.DisclosedContent"/>.</returns>
    /// <exception cref="BadInputException">It is no object, or a value is no string.</exception>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> utf8)
    {
        if (!StrictJson.TryParse(utf8, out var node, out var refusal))
        {
            throw new BadInputException("The disclosed content is not acceptable JSON: " + refusal.Message, refusal);
        }

        if (node is not JsonObject members)
        {
            throw new BadInputException("The disclosed content must be a JSON object from event id to content");
        }

        var content = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (eventId, value) in members)
        {
            content[eventId] = MemberText.Find(value) is { } text
                ? ToHex(text)
                : throw new BadInputException($"The disclosed content of {eventId} is not a string");
        }

        return content;
    }

    private static string ToHex(string text) =>
        text.Length > 0 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigitLower)
            ? text
            : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
}
