using System.Buffers.Text;
using System.Diagnostics;

namespace Hallmark.Core.Json;

/// <summary>Writes doubles as ECMAScript's <c>Number.prototype.toString</c> does (RFC 8785 §3.2.2.3, envelope family §1.3).</summary>
internal static class NumberLayout
{
    /// <summary>The longest canonical number: a sign, <c>0.</c>, five zeros and 17 digits, or 17 digits with point and exponent.</summary>
    internal const int MaxLength = 32;

    private const long ExactIntegerLimit = 1L << 53;

    /// <summary>Writes a finite double.</summary>
    /// <param name="value">Finite.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Write(double value, Span<byte> destination)
    {
        Debug.Assert(double.IsFinite(value), "the caller refuses NaN and infinities");
        if (Math.Abs(value) <= ExactIntegerLimit && (long)value == value)
        {
            // Also turns -0 into 0.
            Utf8Formatter.TryFormat((long)value, destination, out var length);
            return length;
        }

        var (shortest, exponent) = ShortestDigits.Find(Math.Abs(value));
        Span<byte> digits = stackalloc byte[MaxLength];
        Utf8Formatter.TryFormat(shortest, digits, out var count);
        return Write(value < 0, digits[..count].TrimEnd((byte)'0'), count + exponent, destination);
    }

    /// <summary>Writes ±0.d₁…d_k × 10^n.</summary>
    /// <param name="negative">Whether a minus sign is written.</param>
    /// <param name="digits">The digits d₁…d_k as ASCII: 1 to 17, the first and the last not 0.</param>
    /// <param name="exponent">n.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Write(bool negative, ReadOnlySpan<byte> digits, int exponent, Span<byte> destination)
    {
        var written = 0;
        if (negative)
        {
            destination[written++] = (byte)'-';
        }

        var count = digits.Length;
        if (count <= exponent && exponent <= 21)
        {
            digits.CopyTo(destination[written..]);
            destination.Slice(written + count, exponent - count).Fill((byte)'0');
            return written + exponent;
        }

        if (exponent is > 0 and <= 21)
        {
            digits[..exponent].CopyTo(destination[written..]);
            written += exponent;
            destination[written++] = (byte)'.';
            digits[exponent..].CopyTo(destination[written..]);
            return written + count - exponent;
        }

        if (exponent is > -6 and <= 0)
        {
            destination[written++] = (byte)'0';
            destination[written++] = (byte)'.';
            destination.Slice(written, -exponent).Fill((byte)'0');
            written -= exponent;
            digits.CopyTo(destination[written..]);
            return written + count;
        }

        return WriteScientific(digits, exponent - 1, destination, written);
    }

    private static int WriteScientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> destination, int written)
    {
        destination[written++] = digits[0];
        if (digits.Length > 1)
        {
            destination[written++] = (byte)'.';
            digits[1..].CopyTo(destination[written..]);
            written += digits.Length - 1;
        }

        destination[written++] = (byte)'e';
        destination[written++] = (byte)(exponent < 0 ? '-' : '+');
        Utf8Formatter.TryFormat(Math.Abs(exponent), destination[written..], out var length);
        return written + length;
    }
}
