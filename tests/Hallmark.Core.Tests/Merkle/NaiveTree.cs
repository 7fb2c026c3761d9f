using System.Security.Cryptography;

namespace Hallmark.Core.Tests.Merkle;

/// <summary>RFC 9162 §2.1 as it is written, by recursion over lists of hex and with nothing of ours: slow, and plain to see.</summary>
internal static class NaiveTree
{
    public static string Leaf(byte[] entry) => Hash([0x00, .. entry]);

    public static string Node(string left, string right) => Hash([0x01, .. Convert.FromHexString(left), .. Convert.FromHexString(right)]);

    /// <summary>MTH(D[n]), §2.1.1.</summary>
    public static string Root(IReadOnlyList<string> leaves) =>
        leaves.Count switch
        {
            0 => Hash([]),
            1 => leaves[0],
            _ => Node(Root(First(leaves)), Root(Rest(leaves))),
        };

    /// <summary>PATH(m, D[n]), §2.1.3.1.</summary>
    public static List<string> Path(int m, IReadOnlyList<string> leaves)
    {
        if (leaves.Count == 1)
        {
            return [];
        }

        var k = Split(leaves.Count);
        return m < k ? [.. Path(m, First(leaves)), Root(Rest(leaves))] : [.. Path(m - k, Rest(leaves)), Root(First(leaves))];
    }

    /// <summary>PROOF(m, D[n]) = SUBPROOF(m, D[n], true), §2.1.4.1.</summary>
    public static List<string> Consistency(int m, IReadOnlyList<string> leaves) => SubProof(m, leaves, isWhole: true);

    private static List<string> SubProof(int m, IReadOnlyList<string> leaves, bool isWhole)
    {
        if (m == leaves.Count)
        {
            return isWhole ? [] : [Root(leaves)];
        }

        var k = Split(leaves.Count);
        return m <= k
            ? [.. SubProof(m, First(leaves), isWhole), Root(Rest(leaves))]
            : [.. SubProof(m - k, Rest(leaves), isWhole: false), Root(First(leaves))];
    }

    /// <summary>The largest power of two smaller than n.</summary>
    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n)
        {
            k *= 2;
        }

        return k;
    }

    private static string[] First(IReadOnlyList<string> leaves) => [.. leaves.Take(Split(leaves.Count))];

    private static string[] Rest(IReadOnlyList<string> leaves) => [.. leaves.Skip(Split(leaves.Count))];

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
