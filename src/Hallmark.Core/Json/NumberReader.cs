using System.Buffers.Text;
using System.Globalization;

namespace Hallmark.Core.Json;

/// <summary>Reads one number of JSON (RFC 8259 §6) and writes it in canonical form.</summary>
/// <remarks>
/// Decimals of at most 15 significant digits are told apart by doubles, so the shortest digits that read back to the double are those digits
/// themselves: they are laid out anew without ever becoming a double. Longer ones go through the double.
/// </remarks>
internal static class NumberReader
{
    private const int MaxUnambiguousDigits = 15;

    /// <summary>More digits than this decide nothing but on which side of a tie a number lies.</summary>
    private const int MaxDecidingDigits = 800;

    /// <summary>Reads the number that begins at <paramref name="start"/>.</summary>
    /// <param name="source">The whole text.</param>
    /// <param name="start">Where the minus sign or the first digit stands.</param>
    /// <param name="destination">Room for <see cref="NumberLayout.MaxLength"/> bytes.</param>
    /// <param name="written">How many bytes were written.</param>
    /// <returns>How many bytes were read.</returns>
    /// <exception cref="JsonRejectedException">Not a number of JSON, or one beyond the range of doubles.</exception>
    internal static int Read(ReadOnlySpan<byte> source, int start, Span<byte> destination, out int written)
    {
        var position = start;
        var negative = source[start] == (byte)'-';
        position += negative ? 1 : 0;
        var integerStart = position;
        position = SkipDigits(source, position, start);
        var integerEnd = position;
        if (source[integerStart] == (byte)'0' && integerEnd - integerStart > 1)
        {
            throw new JsonRejectedException(JsonFault.BadNumber, start);
        }

        var next = position < source.Length ? source[position] : (byte)0;
        if (next is not ((byte)'.' or (byte)'e' or (byte)'E') && integerEnd - integerStart <= MaxUnambiguousDigits)
        {
            // As it is, but for -0.
            var text = source[(source[integerStart] == (byte)'0' ? integerStart : start)..integerEnd];
            text.CopyTo(destination);
            written = text.Length;
            return position - start;
        }

        var fraction = ReadOnlySpan<byte>.Empty;
        if (next == (byte)'.')
        {
            var fractionStart = position + 1;
            position = SkipDigits(source, fractionStart, start);
            fraction = source[fractionStart..position];
            next = position < source.Length ? source[position] : (byte)0;
        }

        var exponent = 0L;
        var hasExponent = next is (byte)'e' or (byte)'E';
        if (hasExponent)
        {
            position++;
            var sign = position < source.Length ? source[position] : (byte)0;
            position += sign is (byte)'+' or (byte)'-' ? 1 : 0;
            var exponentStart = position;
            position = SkipDigits(source, position, start);
            exponent = ClampedInteger(source[exponentStart..position]) * (sign == (byte)'-' ? -1 : 1);
        }

        var integer = source[integerStart..integerEnd];
        if (!hasExponent && IsCanonical(integer, fraction))
        {
            source[start..position].CopyTo(destination);
            written = position - start;
        }
        else
        {
            written = Write(negative, integer, fraction, exponent, destination, start);
        }

        return position - start;
    }

    /// <summary>Whether a decimal with point and without exponent is already in canonical form.</summary>
    private static bool IsCanonical(ReadOnlySpan<byte> integer, ReadOnlySpan<byte> fraction) =>
        integer.Length + fraction.Length <= MaxUnambiguousDigits
        && !fraction.IsEmpty
        && fraction[^1] != (byte)'0'
        && (integer[0] != (byte)'0' || !fraction.StartsWith("000000"u8));

    private static int Write(bool negative, ReadOnlySpan<byte> integer, ReadOnlySpan<byte> fraction, long exponent, Span<byte> destination, int start)
    {
        // The value is 0.(digits) × 10^pointAt once the zeros on both sides are gone.
        var leadingInteger = integer.TrimStart((byte)'0');
        long pointAt = leadingInteger.Length + exponent;
        if (leadingInteger.IsEmpty)
        {
            var trimmed = fraction.TrimStart((byte)'0');
            pointAt -= fraction.Length - trimmed.Length;
            fraction = trimmed;
        }

        fraction = fraction.TrimEnd((byte)'0');
        if (fraction.IsEmpty)
        {
            leadingInteger = leadingInteger.TrimEnd((byte)'0');
            if (leadingInteger.IsEmpty)
            {
                destination[0] = (byte)'0';
                return 1;
            }
        }

        if (pointAt > 310)
        {
            throw new JsonRejectedException(JsonFault.NumberOverflow, start);
        }

        if (pointAt < -330)
        {
            destination[0] = (byte)'0';
            return 1;
        }

        Span<byte> digits = stackalloc byte[MaxDecidingDigits + 16];
        var count = Gather(leadingInteger, fraction, digits);
        // Near the ends of the range, doubles tell fewer digits apart.
        if (count <= MaxUnambiguousDigits && pointAt is > -290 and < 300)
        {
            return NumberLayout.Write(negative, digits[..count], (int)pointAt, destination);
        }

        digits[count++] = (byte)'e';
        Utf8Formatter.TryFormat((int)pointAt - (count - 1), digits[count..], out var exponentLength);
        var value = double.Parse(digits[..(count + exponentLength)], NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
        {
            throw new JsonRejectedException(JsonFault.NumberOverflow, start);
        }

        return NumberLayout.Write(negative ? -value : value, destination);
    }

    private static int Gather(ReadOnlySpan<byte> integer, ReadOnlySpan<byte> fraction, Span<byte> digits)
    {
        if (integer.Length + fraction.Length <= MaxDecidingDigits)
        {
            integer.CopyTo(digits);
            fraction.CopyTo(digits[integer.Length..]);
            return integer.Length + fraction.Length;
        }

        var fromInteger = Math.Min(integer.Length, MaxDecidingDigits);
        integer[..fromInteger].CopyTo(digits);
        fraction[..(MaxDecidingDigits - fromInteger)].CopyTo(digits[fromInteger..]);
        // The zeros at the end are gone, so what is left out is not zero: one digit stands for it.
        digits[MaxDecidingDigits] = (byte)'1';
        return MaxDecidingDigits + 1;
    }

    private static int SkipDigits(ReadOnlySpan<byte> source, int position, int numberStart)
    {
        var first = position;
        while (position < source.Length && source[position] is >= (byte)'0' and <= (byte)'9')
        {
            position++;
        }

        if (position == first)
        {
            throw position == source.Length
                ? new JsonRejectedException(JsonFault.UnexpectedEnd, position)
                : new JsonRejectedException(JsonFault.BadNumber, numberStart);
        }

        return position;
    }

    private static long ClampedInteger(ReadOnlySpan<byte> digits)
    {
        // Far more than any text has digits in front of it.
        const long Limit = 1L << 40;
        var value = 0L;
        foreach (var digit in digits)
        {
            value = Math.Min(Limit, (value * 10) + (digit - (byte)'0'));
        }

        return value;
    }
}
