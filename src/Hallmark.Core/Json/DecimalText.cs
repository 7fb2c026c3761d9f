using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Hallmark.Core.Json;

/// <summary>Writes any decimal, taken apart, in canonical form.</summary>
internal static class DecimalText
{
    /// <summary>More digits than this decide nothing but on which side of a tie a number lies: ties have at most 767.</summary>
    private const int MaxDecidingDigits = 800;

    /// <summary>The most digits that always fit into 64 bits.</summary>
    private const int MaxExactDigits = 19;

    /// <summary>Writes ±integer.fraction × 10^exponent.</summary>
    /// <param name="negative">Whether a minus sign stands in front.</param>
    /// <param name="integer">The digits in front of the point.</param>
    /// <param name="fraction">The digits behind it, if any.</param>
    /// <param name="exponent">The exponent.</param>
    /// <param name="destination">Room for <see cref="NumberLayout.MaxLength"/> bytes.</param>
    /// <param name="start">Where the number stands in its source.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="JsonRejectedException">The number is beyond the range of doubles.</exception>
    internal static int Write(
        bool negative,
        ReadOnlySpan<byte> integer,
        ReadOnlySpan<byte> fraction,
        long exponent,
        Span<byte> destination,
        int start
    )
    {
        // The value is 0.(digits) × 10^pointAt once the zeros on both sides are gone.
        integer = integer.TrimStart((byte)'0');
        long pointAt = integer.Length + exponent;
        if (integer.IsEmpty)
        {
            var trimmed = fraction.TrimStart((byte)'0');
            pointAt -= fraction.Length - trimmed.Length;
            fraction = trimmed;
        }

        fraction = fraction.TrimEnd((byte)'0');
        if (fraction.IsEmpty)
        {
            integer = integer.TrimEnd((byte)'0');
            if (integer.IsEmpty)
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

        return Write(negative, integer, fraction, (int)pointAt, destination, start);
    }

    [SkipLocalsInit]
    private static int Write(
        bool negative,
        ReadOnlySpan<byte> integer,
        ReadOnlySpan<byte> fraction,
        int pointAt,
        Span<byte> destination,
        int start
    )
    {
        Span<byte> digits = stackalloc byte[MaxDecidingDigits + 16];
        var count = Gather(integer, fraction, digits);
        // Near the ends of the range, doubles tell fewer digits apart.
        if (count <= NumberReader.MaxUnambiguousDigits && pointAt is > -290 and < 300)
        {
            return NumberLayout.Write(negative, digits[..count], pointAt, destination);
        }

        var value = Find(digits, count, pointAt);
        if (!double.IsFinite(value))
        {
            throw new JsonRejectedException(JsonFault.NumberOverflow, start);
        }

        return NumberLayout.Write(negative ? -value : value, destination);
    }

    /// <summary>The double nearest to 0.(digits) × 10^pointAt.</summary>
    private static double Find(Span<byte> digits, int count, int pointAt)
    {
        var first = Math.Min(count, MaxExactDigits);
        var significand = 0UL;
        foreach (var digit in digits[..first])
        {
            significand = (significand * 10) + (ulong)(digit - (byte)'0');
        }

        // What is cut off adds less than one to the last digit: where both ends give the same double, so does all between.
        if (
            NearestDouble.TryFind(significand, pointAt - first, out var value)
            && (count == first || (NearestDouble.TryFind(significand + 1, pointAt - first, out var above) && above == value))
        )
        {
            return value;
        }

        digits[count++] = (byte)'e';
        Utf8Formatter.TryFormat(pointAt - (count - 1), digits[count..], out var exponentLength);
        return double.Parse(
            digits[..(count + exponentLength)],
            NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture
        );
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
}
