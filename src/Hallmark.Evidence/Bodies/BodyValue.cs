using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;

namespace Hallmark.Evidence.Bodies;

/// <summary>A value in a body from outside, read within bounds; every refusal names its place.</summary>
/// <param name="element">The value.</param>
/// <param name="place">Where it stands, such as <c>the bundle's body.entries[3]</c>, or what it stands in, where it has a name or a number there.</param>
/// <param name="name">Its name there, or null.</param>
/// <param name="index">Its number there, or -1.</param>
internal readonly struct BodyValue(JsonElement element, string place, string? name = null, int index = -1)
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int MaxTextLength = 2_048;
    private const int MaxPathLength = 64;

    public JsonElement Element => element;

    // Put together only where it is wanted: most values are not refused.
    private string Place =>
        name is not null ? $"{place}.{name}"
        : index >= 0 ? string.Create(CultureInfo.InvariantCulture, $"{place}[{index}]")
        : place;

    /// <summary>Refuses anything but an object with these members; those that end in <c>?</c> may be absent.</summary>
    /// <exception cref="BadInputException">It is none.</exception>
    public BodyValue WithMembers(params ReadOnlySpan<string> members)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            throw Refuse("is not an object");
        }

        foreach (var found in element.EnumerateObject())
        {
            var isKnown = false;
            foreach (var member in members)
            {
                isKnown |= member.AsSpan().TrimEnd('?').SequenceEqual(found.Name);
            }

            if (!isKnown)
            {
                throw Refuse($"has an unknown member \"{found.Name}\"");
            }
        }

        foreach (var member in members)
        {
            if (!member.EndsWith('?') && !element.TryGetProperty(member, out _))
            {
                throw Refuse($"has no {member}");
            }
        }

        return name is null && index < 0 ? this : new BodyValue(element, Place);
    }

    public BodyValue Get(string member) => Find(member) ?? throw Refuse($"has no {member}");

    public BodyValue? Find(string member) => element.TryGetProperty(member, out var found) ? new BodyValue(found, Place, member) : null;

    public string Text() =>
        element.ValueKind is JsonValueKind.String && element.GetString() is { Length: > 0 and <= MaxTextLength } text
            ? text
            : throw Refuse($"is not a text of 1 to {MaxTextLength} characters");

    public bool Flag() =>
        element.ValueKind is JsonValueKind.True
        || (element.ValueKind is JsonValueKind.False ? false : throw Refuse("is neither true nor false"));

    public ulong Number() =>
        element.ValueKind is JsonValueKind.Number && element.TryGetInt64(out var number) && number is >= 0 and < 1L << 40
            ? (ulong)number
            : throw Refuse("is not a whole number from 0 to 2^40");

    public byte[] Bytes(int maxSize)
    {
        if (element.ValueKind is JsonValueKind.String && element.GetString() is { } text && text.Length / 4 * 3 <= maxSize + 2)
        {
            var bytes = new byte[text.Length / 4 * 3];
            if (
                Convert.TryFromBase64String(text, bytes, out var written)
                && written <= maxSize
                && Convert.ToBase64String(bytes, 0, written) == text
            )
            {
                return bytes[..written];
            }
        }

        throw Refuse($"is not base64 of at most {maxSize} bytes");
    }

    public DateTimeOffset Time() =>
        DateTimeOffset.TryParseExact(Text(), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Refuse("is not a UTC time with milliseconds");

    public ImmutableArray<TreeHash> Path()
    {
        var path = ImmutableArray.CreateBuilder<TreeHash>();
        foreach (var item in Items(MaxPathLength))
        {
            path.Add(TreeHash.TryParseBase64(item.Text(), out var hash) ? hash : throw item.Refuse("is not base64 of 32 bytes"));
        }

        return path.DrainToImmutable();
    }

    public IEnumerable<BodyValue> Items(int most)
    {
        if (element.ValueKind is not JsonValueKind.Array || element.GetArrayLength() > most)
        {
            throw Refuse($"is not a list of at most {most}");
        }

        var list = Place;
        return element.EnumerateArray().Select((item, i) => new BodyValue(item, list, index: i));
    }

    public BadInputException Refuse(string what) => new($"{Place} {what}");
}
