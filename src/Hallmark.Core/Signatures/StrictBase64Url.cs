namespace Hallmark.Core.Signatures;

/// <summary>base64url without padding (RFC 4648 §5), as JSON Web Keys write it: its 64 characters and nothing else.</summary>
internal static class StrictBase64Url
{
    /// <summary>Decodes a text. Bits left over at the end are dropped, as the reference kernels do.</summary>
    /// <param name="text">The text; empty for no bytes.</param>
    /// <returns>The bytes, or null for null, a character outside the alphabet (padding and blanks too), or a length of 4n + 1.</returns>
    public static byte[]? Decode(string? text)
    {
        if (text is null || text.Length % 4 == 1)
        {
            return null;
        }

        var bytes = new byte[(int)((long)text.Length * 3 / 4)];
        int written = 0,
            bits = 0,
            pending = 0;
        foreach (var c in text)
        {
            var value = ValueOf(c);
            if (value < 0)
            {
                return null;
            }

            pending = ((pending << 6) | value) & 0xfff;
            bits += 6;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[written++] = (byte)((pending >> bits) & 0xff);
            }
        }

        return bytes;
    }

    private static int ValueOf(char c) =>
        c switch
        {
            >= 'A' and <= 'Z' => c - 'A',
            >= 'a' and <= 'z' => c - 'a' + 26,
            >= '0' and <= '9' => c - '0' + 52,
            '-' => 62,
            '_' => 63,
            _ => -1,
        };
}
