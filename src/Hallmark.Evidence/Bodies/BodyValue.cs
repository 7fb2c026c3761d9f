using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;

namespace Hallmark.Evidence.Bodies;

/// <summary>A value in a body from outside, read within bounds; every refusal names its place.</summary>
/// <param name="element">The value.</param>
/// <param name="place">Where it stands, such as <c>the bundle's body.entries[3].inclusion</c>.</param>
internal readonly struct BodyValue(JsonElement element, string place)
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int MaxTextLength = 2_048;
    private const int MaxPathLength = 64;

    public JsonElement Element => element;

    /// <summary>Refuses anything but an object with these members; those that end in <c>?</c> may be absent.</summary>
    /// <exception cref="BadInputException">It is none.</exception>
    public BodyValue WithMembers(params ReadOnlySpan<string> names)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            throw Refuse("is not an object");
        }

        foreach (var member in element.EnumerateObject())
        {
            var isKnown = false;
            foreach (var name in names)
            {
                isKnown |= name.AsSpan().TrimEnd('?').SequenceEqual(member.Name);
            }

            if (!isKnown)
            {
                throw Refuse($"has an unknown member \"{member.Name}\"");
            }
        }

        foreach (var name in names)
        {
            if (!name.EndsWith('?') && !element.TryGetProperty(name, out _))
            {
                throw Refuse($"has no {name}");
            }
        }

        return this;
    }

    public BodyValue Get(string name) => Find(name) ?? throw Refuse($"has no {name}");

    public BodyValue? Find(string name) => element.TryGetProperty(name, out var member) ? new BodyValue(member, $"{place}.{name}") : null;

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

        var list = place;
        return element
            .EnumerateArray()
            .Select((item, i) => new BodyValue(item, string.Create(CultureInfo.InvariantCulture, $"{list}[{i}]")));
    }

    public BadInputException Refuse(string what) => new($"{place} {what}");
}
