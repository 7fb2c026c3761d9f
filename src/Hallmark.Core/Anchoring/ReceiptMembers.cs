using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;

namespace Hallmark.Core.Anchoring;

/// <summary>The members of a JSON object from outside, each with its bounds; every refusal names the member.</summary>
/// <param name="json">The object.</param>
/// <param name="what">What it is, for messages: <c>receipt</c>.</param>
internal sealed class ReceiptMembers(JsonObject json, string what)
{
    private const long MaxNumber = (1L << 53) - 1; // What canonical JSON can write again.

    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in json)
        {
            if (!names.Contains(name))
            {
                throw new BadInputException($"the {what} has an unknown member \"{name}\"");
            }
        }
    }

    public string Text(string name, int maxLength) => FindText(name, maxLength) ?? throw Missing(name);

    public string? FindText(string name, int maxLength)
    {
        if (!json.TryGetPropertyValue(name, out var node))
        {
            return null;
        }

        return node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length is > 0 && text.Length <= maxLength
            ? text
            : throw new BadInputException($"the {what}'s {name} is not a text of 1 to {maxLength} characters");
    }

    public long? FindNumber(string name)
    {
        if (!json.TryGetPropertyValue(name, out var node))
        {
            return null;
        }

        return node is JsonValue value && value.TryGetValue<long>(out var number) && number is >= 0 and <= MaxNumber
            ? number
            : throw new BadInputException($"the {what}'s {name} is not a whole number from 0 to 2^53-1");
    }

    public DateTimeOffset Time(string name, string format) => FindTime(name, format) ?? throw Missing(name);

    public DateTimeOffset? FindTime(string name, string format)
    {
        if (FindText(name, 64) is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(
            text,
            format,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : throw new BadInputException($"the {what}'s {name} is not a UTC time with milliseconds, such as 2026-11-21T08:14:00.000Z");
    }

    public JsonObject Object(string name) => FindObject(name) ?? throw Missing(name);

    public JsonObject? FindObject(string name)
    {
        if (!json.TryGetPropertyValue(name, out var node))
        {
            return null;
        }

        return node is JsonObject found
            ? (JsonObject)found.DeepClone()
            : throw new BadInputException($"the {what}'s {name} is not an object");
    }

    public T One<T>(string name, Func<T, string> nameOf, IReadOnlyList<T> values)
    {
        var text = Text(name, 64);
        foreach (var value in values)
        {
            if (nameOf(value) == text)
            {
                return value;
            }
        }

        throw new BadInputException($"the {what}'s {name} is none of {string.Join(", ", values.Select(nameOf))}");
    }

    private BadInputException Missing(string name) => new($"the {what} has no {name}");
}
