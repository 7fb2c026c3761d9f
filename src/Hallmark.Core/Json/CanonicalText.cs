using System.Buffers;
using System.Globalization;

namespace Hallmark.Core.Json;

/// <summary>Strings in canonical form: what is escaped, how, and back (RFC 8785 §3.2.2.2).</summary>
internal static class CanonicalText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(value => (byte)value),
        (byte)'"',
        (byte)'\\',
    ]);

    /// <summary>Where the first byte stands that is written as an escape, or −1.</summary>
    internal static int IndexOfEscaped(ReadOnlySpan<byte> utf8) => utf8.IndexOfAny(Escaped);

    /// <summary>Whether an ASCII character is written as an escape.</summary>
    internal static bool NeedsEscape(byte b) => b < 0x20 || b is (byte)'"' or (byte)'\\';

    /// <summary>Writes the escape of an ASCII character that needs one.</summary>
    /// <param name="b">Below U+0020, or a quotation mark, or a backslash.</param>
    /// <param name="destination">At least six bytes.</param>
    /// <returns>How many bytes were written: 2 or 6.</returns>
    internal static int WriteEscape(byte b, Span<byte> destination)
    {
        destination[0] = (byte)'\\';
        var letter = b switch
        {
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            0x08 => (byte)'b',
            0x09 => (byte)'t',
            0x0A => (byte)'n',
            0x0C => (byte)'f',
            0x0D => (byte)'r',
            _ => (byte)0,
        };
        if (letter != 0)
        {
            destination[1] = letter;
            return 2;
        }

        "u00"u8.CopyTo(destination[1..]);
        destination[4] = (byte)(b < 0x10 ? '0' : '1');
        destination[5] = "0123456789abcdef"u8[b & 0xF];
        return 6;
    }

    /// <summary>Takes the escapes out of canonical text (without its quotation marks).</summary>
    /// <param name="canonical">What this writer wrote; its escapes are therefore well-formed.</param>
    /// <param name="destination">At least as long.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Unescape(ReadOnlySpan<byte> canonical, Span<byte> destination)
    {
        var written = 0;
        for (var i = 0; i < canonical.Length; i++)
        {
            var b = canonical[i];
            if (b == (byte)'\\')
            {
                var letter = canonical[++i];
                b = letter switch
                {
                    (byte)'b' => 0x08,
                    (byte)'t' => 0x09,
                    (byte)'n' => 0x0A,
                    (byte)'f' => 0x0C,
                    (byte)'r' => 0x0D,
                    (byte)'u' => byte.Parse(canonical.Slice(i + 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                    _ => letter,
                };
                i += letter == (byte)'u' ? 4 : 0;
            }

            destination[written++] = b;
        }

        return written;
    }
}
