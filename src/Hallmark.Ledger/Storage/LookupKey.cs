using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Digests;
using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Storage;

/// <summary>A row of the lookup table: 64 bits of a hash instead of the value, so that the table stays small. What it finds is compared with the entry.</summary>
/// <param name="Kind">What is looked up.</param>
/// <param name="Key">64 bits of the value's hash.</param>
/// <param name="Index">The entry.</param>
internal readonly record struct LookupKey(LookupKind Kind, long Key, long Index)
{
    private const int LongestTextOnStack = 512;

    /// <summary>The key of a text.</summary>
    public static long Of(string text)
    {
        var room = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> utf8 = room <= LongestTextOnStack ? stackalloc byte[LongestTextOnStack] : new byte[room];
        return OfText(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    /// <summary>The key of a text in UTF-8.</summary>
    public static long OfText(ReadOnlySpan<byte> utf8)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Sha256.Hash(utf8, hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>The key of a hash.</summary>
    public static long Of(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadInt64BigEndian(hash);

    /// <summary>The key of a leaf.</summary>
    public static long Of(in TreeHash leaf) => BinaryPrimitives.ReadInt64BigEndian(leaf.Bytes);

    /// <summary>The order of the table, in which many are put into it fastest.</summary>
    public static int Compare(LookupKey left, LookupKey right) =>
        left.Kind != right.Kind ? ((int)left.Kind).CompareTo((int)right.Kind)
        : left.Key != right.Key ? left.Key.CompareTo(right.Key)
        : left.Index.CompareTo(right.Index);
}
