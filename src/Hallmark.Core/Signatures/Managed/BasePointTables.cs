namespace Hallmark.Core.Signatures.Managed;

/// <summary>Multiples of the base point, computed once per process (about a millisecond).</summary>
internal static class BasePointTables
{
    /// <summary>How many places apart the non-zero digits of a public scalar are when it meets <see cref="OddMultiples"/>.</summary>
    public const int SparseWidth = 7;

    /// <summary>B, 3B, 5B … 63B.</summary>
    private static readonly CachedPoint[] OddMultiples = FindOddMultiples();

    /// <summary>Row i holds 1…8 times 256^i·B.</summary>
    private static readonly CachedPoint[] Comb = FindComb();

    /// <summary>digit·B for an odd positive digit below 64; not for secrets.</summary>
    public static ref readonly CachedPoint Odd(int digit) => ref OddMultiples[digit >> 1];

    /// <summary>scalar·B, without branching on or indexing by the scalar's digits.</summary>
    public static EdwardsPoint Multiply(in Scalar scalar)
    {
        Span<sbyte> digits = stackalloc sbyte[64];
        scalar.ToSignedNibbles(digits);
        var sum = EdwardsPoint.Identity;
        for (var i = 1; i < 64; i += 2)
        {
            sum = sum.Add(Choose(i >> 1, digits[i]));
        }

        sum = sum.Double(withT: false).Double(withT: false).Double(withT: false).Double();
        for (var i = 0; i < 64; i += 2)
        {
            sum = sum.Add(Choose(i >> 1, digits[i]));
        }

        digits.Clear();
        return sum;
    }

    /// <summary>digit·256^row·B for a secret digit −8…8: all eight entries are read, and masks pick one.</summary>
    private static CachedPoint Choose(int row, int digit)
    {
        unchecked
        {
            var sign = digit >> 31;
            var size = (digit ^ sign) - sign;
            var chosen = CachedPoint.Identity;
            for (var i = 0; i < 8; i++)
            {
                var difference = size ^ (i + 1);
                chosen = chosen.Select(Comb[(row * 8) + i], (ulong)(long)((difference - 1) >> 31));
            }

            return chosen.Select(chosen.Negate(), (ulong)(long)sign);
        }
    }

    private static CachedPoint[] FindOddMultiples()
    {
        var table = new CachedPoint[1 << (SparseWidth - 2)];
        var twice = EdwardsPoint.Base.Double().ToCached();
        var point = EdwardsPoint.Base;
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = point.ToAffineCached();
            point = point.Add(twice);
        }

        return table;
    }

    private static CachedPoint[] FindComb()
    {
        var table = new CachedPoint[32 * 8];
        var first = EdwardsPoint.Base;
        for (var row = 0; row < 32; row++)
        {
            var step = first.ToCached();
            var point = first;
            for (var i = 0; i < 8; i++)
            {
                table[(row * 8) + i] = point.ToAffineCached();
                point = point.Add(step);
            }

            for (var i = 0; i < 8; i++)
            {
                first = first.Double();
            }
        }

        return table;
    }
}
