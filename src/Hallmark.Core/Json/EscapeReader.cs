using System.Text;

namespace Hallmark.Core.Json;

/// <summary>Reads one escape of a JSON string (RFC 8259 §7) and writes what it stands for in canonical form.</summary>
internal static class EscapeReader
{
    /// <summary>Reads the escape, and where it is the first half of a surrogate pair, the second half too.</summary>
    /// <param name="source">The whole text.</param>
    /// <param name="position">Where the backslash stands; moved behind the escape.</param>
    /// <param name="destination">At least twelve bytes.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="JsonRejectedException">No escape of JSON, a lone surrogate, or the end of the text.</exception>
    internal static int Read(ReadOnlySpan<byte> source, ref int position, Span<byte> destination)
    {
        var start = position;
        if (start + 1 >= source.Length)
        {
            throw new JsonRejectedException(JsonFault.UnexpectedEnd, source.Length);
        }

        var letter = source[start + 1];
        if (letter == (byte)'u')
        {
            return ReadUnicode(source, ref position, destination);
        }

        position += 2;
        return WriteAscii(
            letter switch
            {
                (byte)'"' or (byte)'\\' or (byte)'/' => letter,
                (byte)'b' => 0x08,
                (byte)'f' => 0x0C,
                (byte)'n' => 0x0A,
                (byte)'r' => 0x0D,
                (byte)'t' => 0x09,
                _ => throw new JsonRejectedException(JsonFault.BadEscape, start),
            },
            destination
        );
    }

    private static int ReadUnicode(ReadOnlySpan<byte> source, ref int position, Span<byte> destination)
    {
        var start = position;
        var unit = ReadUnit(source, start);
        position = start + 6;
        if (unit < 0x80)
        {
            return WriteAscii((byte)unit, destination);
        }

        if (!char.IsSurrogate((char)unit))
        {
            return new Rune(unit).EncodeToUtf8(destination);
        }

        // A high half must be followed by an escaped low half; one written as UTF-8 cannot follow, for that would not be UTF-8.
        if (char.IsHighSurrogate((char)unit) && source[position..].StartsWith("\\u"u8))
        {
            var second = ReadUnit(source, position);
            if (char.IsLowSurrogate((char)second))
            {
                position += 6;
                return new Rune((char)unit, (char)second).EncodeToUtf8(destination);
            }
        }

        throw new JsonRejectedException(JsonFault.LoneSurrogate, start);
    }

    private static int ReadUnit(ReadOnlySpan<byte> source, int start)
    {
        var unit = 0;
        for (var i = start + 2; i < start + 6; i++)
        {
            if (i >= source.Length)
            {
                throw new JsonRejectedException(JsonFault.UnexpectedEnd, source.Length);
            }

            if (!char.IsAsciiHexDigit((char)source[i]))
            {
                throw new JsonRejectedException(JsonFault.BadEscape, start);
            }

            var b = source[i];
            unit = (unit << 4) | (b <= (byte)'9' ? b - (byte)'0' : (b | 0x20) - (byte)'a' + 10);
        }

        return unit;
    }

    private static int WriteAscii(byte b, Span<byte> destination)
    {
        if (CanonicalText.NeedsEscape(b))
        {
            return CanonicalText.WriteEscape(b, destination);
        }

        destination[0] = b;
        return 1;
    }
}
