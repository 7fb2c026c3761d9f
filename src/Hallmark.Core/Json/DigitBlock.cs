using System.Numerics;

namespace Hallmark.Core.Json;

/// <summary>Up to eight ASCII digits at once, in a 64-bit word whose lowest byte is the first of them.</summary>
internal static class DigitBlock
{
    /// <summary>How many bytes a block holds.</summary>
    internal const int Length = 8;

    private const ulong Ones = 0x0101010101010101;

    /// <summary>How many of the bytes are digits, up to the first that is none: 0 to 8.</summary>
    /// <remarks>
    /// With the 3 of <c>0</c> to <c>9</c> taken out, digits are 0 to 9: their top bit is clear, and still is with 0x76 added. Everything else has it set before or after. A sum
    /// that does not fit its byte comes from one that is no digit, and spoils only the bytes behind that one.
    /// </remarks>
    internal static int Count(ulong block)
    {
        var values = block ^ (0x30 * Ones);
        return BitOperations.TrailingZeroCount((unchecked(values + (0x76 * Ones)) | values) & (0x80 * Ones)) / 8;
    }

    /// <summary>The number that the first digits spell: zeros are put in front of them, then neighbours are joined to two, four and eight digits.</summary>
    /// <param name="block">The block.</param>
    /// <param name="count">How many digits: 1 to <see cref="Count"/>.</param>
    internal static ulong Value(ulong block, int count)
    {
        unchecked
        {
            var ones = (block ^ (0x30 * Ones)) << (8 * (Length - count));
            var twos = ((ones * 10) + (ones >> 8)) & 0x00FF00FF00FF00FF;
            var fours = ((twos * 100) + (twos >> 16)) & 0x0000FFFF0000FFFF;
            return (uint)((fours * 10_000) + (fours >> 32));
        }
    }
}
