using System.Text;

namespace Hallmark.Server.Scoring.Admission;

/// <summary>
/// How the listener is to read <c>Content-Length</c>: digits alone (RFC 9110 §8.6). By itself it takes <c>+14</c> for 14, and somebody in front may read that otherwise; here anything
/// but a digit becomes what it refuses as no length.
/// </summary>
internal sealed class LengthDigits : ASCIIEncoding
{
    /// <inheritdoc />
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        // More than it has room for is no length either, and it refuses what fills the room.
        var count = Math.Min(bytes.Length, chars.Length);
        for (var i = 0; i < count; i++)
        {
            chars[i] = char.IsAsciiDigit((char)bytes[i]) ? (char)bytes[i] : '?';
        }

        return count;
    }
}
