using System.Buffers.Binary;

namespace Hallmark.Core.Json;

/// <summary>Reads one number of JSON (RFC 8259 §6) and writes it in canonical form.</summary>
/// <remarks>
/// Decimals of at most 15 significant digits are told apart by doubles, so the shortest digits that read back to the double are those digits
/// themselves: they are laid out anew without ever becoming a double. Longer ones are copied where <see cref="ShortestProof"/> holds, and go through the
/// double where it does not.
/// </remarks>
internal static class NumberReader
{
    /// <summary>The most digits that doubles tell apart, whatever their value.</summary>
    internal const int MaxUnambiguousDigits = 15;

    /// <summary>The most digits that always fit into 64 bits.</summary>
    private const int MaxExactDigits = 19;

    private static ReadOnlySpan<uint> Scales => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

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
        var significand = 0UL;
        for (; position < source.Length; position++)
        {
            var digit = unchecked((uint)source[position] - (byte)'0');
            if (digit > 9)
            {
                break;
            }

            significand = unchecked((significand * 10) + digit);
        }

        var integerEnd = position;
        if (integerEnd == integerStart)
        {
            throw NoDigits(source, position, start);
        }

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
            position = fractionStart;
            significand = ReadDigits(source, ref position, significand);
            if (position == fractionStart)
            {
                throw NoDigits(source, position, start);
            }

            fraction = source[fractionStart..position];
            next = position < source.Length ? source[position] : (byte)0;
        }

        var integer = source[integerStart..integerEnd];
        if (next is (byte)'e' or (byte)'E')
        {
            position = ReadExponent(source, position + 1, start, out var exponent);
            written = DecimalText.Write(negative, integer, fraction, exponent, destination, start);
        }
        else if (IsLaidOut(integer, fraction) && IsShortest(integer.Length + fraction.Length, significand, -fraction.Length))
        {
            written = position - start;
            // A copy of fixed length is a few instructions; what is too much is written over.
            var text = source[start..];
            (text.Length >= NumberLayout.MaxLength ? text[..NumberLayout.MaxLength] : text[..written]).CopyTo(destination);
        }
        else
        {
            written = DecimalText.Write(negative, integer, fraction, exponent: 0, destination, start);
        }

        return position - start;
    }

    /// <summary>Whether a decimal with point and without exponent has the canonical layout; its digits may still be too many, or not the ones.</summary>
    private static bool IsLaidOut(ReadOnlySpan<byte> integer, ReadOnlySpan<byte> fraction) =>
        !fraction.IsEmpty && fraction[^1] != (byte)'0' && (integer[0] != (byte)'0' || !fraction.StartsWith("000000"u8));

    /// <summary>Whether digits × 10^exponent, the last digit not 0, is the shortest decimal of the double nearest to it. False also where that is not certain.</summary>
    private static bool IsShortest(int count, ulong digits, int exponent) =>
        count <= MaxUnambiguousDigits || (count <= MaxExactDigits && ShortestProof.Holds(digits, exponent));

    /// <summary>Reads digits, eight at a time, and appends them to a value, which is of use only while there are not too many for 64 bits.</summary>
    private static ulong ReadDigits(ReadOnlySpan<byte> source, ref int position, ulong value)
    {
        var next = position;
        unchecked
        {
            while (source.Length - next >= DigitBlock.Length)
            {
                var block = BinaryPrimitives.ReadUInt64LittleEndian(source[next..]);
                var count = DigitBlock.Count(block);
                if (count < DigitBlock.Length)
                {
                    position = next + count;
                    return count == 0 ? value : (value * Scales[count]) + DigitBlock.Value(block, count);
                }

                value = (value * 100_000_000) + DigitBlock.Value(block, DigitBlock.Length);
                next += DigitBlock.Length;
            }

            for (; next < source.Length; next++)
            {
                var digit = (uint)source[next] - (byte)'0';
                if (digit > 9)
                {
                    break;
                }

                value = (value * 10) + digit;
            }
        }

        position = next;
        return value;
    }

    private static int ReadExponent(ReadOnlySpan<byte> source, int position, int numberStart, out long exponent)
    {
        // Far more than any text has digits in front of it.
        const long Limit = 1L << 40;
        var sign = position < source.Length ? source[position] : (byte)0;
        position += sign is (byte)'+' or (byte)'-' ? 1 : 0;
        var first = position;
        exponent = 0;
        for (; position < source.Length && source[position] is >= (byte)'0' and <= (byte)'9'; position++)
        {
            exponent = Math.Min(Limit, (exponent * 10) + (source[position] - (byte)'0'));
        }

        exponent = sign == (byte)'-' ? -exponent : exponent;
        return position > first ? position : throw NoDigits(source, position, numberStart);
    }

    private static JsonRejectedException NoDigits(ReadOnlySpan<byte> source, int position, int numberStart) =>
        position == source.Length
            ? new JsonRejectedException(JsonFault.UnexpectedEnd, position)
            : new JsonRejectedException(JsonFault.BadNumber, numberStart);
}
