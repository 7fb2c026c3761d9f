using System.Buffers.Binary;
using System.Numerics;

namespace Hallmark.Core.Tests.Digests;

/// <summary>
/// BLAKE3 as its paper defines it, without a stack, lanes or tables: a tree is split at the largest power of two of chunks below its size, from the top down.
/// Slow, and written from the paper's §2 only.
/// </summary>
internal static class Blake3Model
{
    private const int ChunkStart = 1,
        ChunkEnd = 2,
        Parent = 4,
        Root = 8;

    private static readonly uint[] Iv = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];

    private static readonly int[] Permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

    /// <summary>The 32-byte digest.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> content) => Bytes(Tree(content, 0, Root));

    /// <summary>The chaining values of the two halves of a subtree that begins at a chunk.</summary>
    public static byte[] Children(ReadOnlySpan<byte> content, ulong firstChunk)
    {
        var half = content.Length / 2;
        return [.. Bytes(Tree(content[..half], firstChunk, 0)), .. Bytes(Tree(content[half..], firstChunk + (ulong)(half / 1024), 0))];
    }

    private static uint[] Tree(ReadOnlySpan<byte> content, ulong firstChunk, int root)
    {
        if (content.Length <= 1024)
        {
            return Chunk(content, firstChunk, root);
        }

        var chunksOnTheLeft = 1 << BitOperations.Log2((uint)((content.Length - 1) / 1024));
        var left = Tree(content[..(chunksOnTheLeft * 1024)], firstChunk, 0);
        var right = Tree(content[(chunksOnTheLeft * 1024)..], firstChunk + (ulong)chunksOnTheLeft, 0);
        return Compress(Iv, [.. left, .. right], 0, 64, Parent | root);
    }

    private static uint[] Chunk(ReadOnlySpan<byte> content, ulong counter, int root)
    {
        var value = Iv;
        var blocks = Math.Max(1, (content.Length + 63) / 64);
        for (var i = 0; i < blocks; i++)
        {
            var piece = content[(64 * i)..Math.Min(content.Length, 64 * (i + 1))];
            Span<byte> block = new byte[64];
            piece.CopyTo(block);
            var words = new uint[16];
            for (var w = 0; w < 16; w++)
            {
                words[w] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * w)..]);
            }

            var flags = (i == 0 ? ChunkStart : 0) | (i == blocks - 1 ? ChunkEnd | root : 0);
            value = Compress(value, words, counter, piece.Length, flags);
        }

        return value;
    }

    private static uint[] Compress(uint[] value, uint[] message, ulong counter, int length, int flags)
    {
        uint[] s = [.. value, .. Iv[..4], (uint)counter, (uint)(counter >> 32), (uint)length, (uint)flags];
        for (var round = 0; round < 7; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                Mix(s, i, 4 + i, 8 + i, 12 + i, message[2 * i], message[(2 * i) + 1]);
            }

            for (var i = 0; i < 4; i++)
            {
                Mix(s, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4), message[8 + (2 * i)], message[9 + (2 * i)]);
            }

            message = [.. Permutation.Select(place => message[place])];
        }

        return [.. Enumerable.Range(0, 8).Select(i => s[i] ^ s[i + 8])];
    }

    private static void Mix(uint[] s, int a, int b, int c, int d, uint x, uint y)
    {
        unchecked
        {
            s[a] += s[b] + x;
            s[d] = BitOperations.RotateRight(s[d] ^ s[a], 16);
            s[c] += s[d];
            s[b] = BitOperations.RotateRight(s[b] ^ s[c], 12);
            s[a] += s[b] + y;
            s[d] = BitOperations.RotateRight(s[d] ^ s[a], 8);
            s[c] += s[d];
            s[b] = BitOperations.RotateRight(s[b] ^ s[c], 7);
        }
    }

    private static byte[] Bytes(uint[] words)
    {
        var bytes = new byte[4 * words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        }

        return bytes;
    }
}
