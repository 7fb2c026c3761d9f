using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hallmark.Core.Digests;

/// <summary>The compression function of BLAKE3, one block at a time (the BLAKE3 paper, §2.2).</summary>
internal static class Blake3Scalar
{
    /// <summary>Compresses one block into a chaining value, or, with the root flag, into the first 32 bytes of output.</summary>
    /// <param name="chainingValue">Eight words; replaced by the result.</param>
    /// <param name="block">64 bytes, zeros behind the message's end.</param>
    /// <param name="blockLength">How many of them are message.</param>
    /// <param name="counter">The chunk's number, or 0 for a parent.</param>
    /// <param name="flags">The domain flags.</param>
    public static void Compress(Span<uint> chainingValue, ReadOnlySpan<byte> block, int blockLength, ulong counter, uint flags)
    {
        Span<uint> m = stackalloc uint[16];
        for (var word = 0; word < 16; word++)
        {
            m[word] = BinaryPrimitives.ReadUInt32LittleEndian(block[(word * 4)..]);
        }

        var iv = Blake3Tables.InitialVector;
        uint v0 = chainingValue[0],
            v1 = chainingValue[1],
            v2 = chainingValue[2],
            v3 = chainingValue[3];
        uint v4 = chainingValue[4],
            v5 = chainingValue[5],
            v6 = chainingValue[6],
            v7 = chainingValue[7];
        uint v8 = iv[0],
            v9 = iv[1],
            v10 = iv[2],
            v11 = iv[3];
        uint v12 = unchecked((uint)counter),
            v13 = (uint)(counter >> 32),
            v14 = (uint)blockLength,
            v15 = flags;

        var schedule = Blake3Tables.Schedule;
        for (var round = 0; round < Blake3Tables.Rounds; round++)
        {
            var s = schedule.Slice(round * 16, 16);
            Mix(ref v0, ref v4, ref v8, ref v12, m[s[0]], m[s[1]]);
            Mix(ref v1, ref v5, ref v9, ref v13, m[s[2]], m[s[3]]);
            Mix(ref v2, ref v6, ref v10, ref v14, m[s[4]], m[s[5]]);
            Mix(ref v3, ref v7, ref v11, ref v15, m[s[6]], m[s[7]]);
            Mix(ref v0, ref v5, ref v10, ref v15, m[s[8]], m[s[9]]);
            Mix(ref v1, ref v6, ref v11, ref v12, m[s[10]], m[s[11]]);
            Mix(ref v2, ref v7, ref v8, ref v13, m[s[12]], m[s[13]]);
            Mix(ref v3, ref v4, ref v9, ref v14, m[s[14]], m[s[15]]);
        }

        chainingValue[0] = v0 ^ v8;
        chainingValue[1] = v1 ^ v9;
        chainingValue[2] = v2 ^ v10;
        chainingValue[3] = v3 ^ v11;
        chainingValue[4] = v4 ^ v12;
        chainingValue[5] = v5 ^ v13;
        chainingValue[6] = v6 ^ v14;
        chainingValue[7] = v7 ^ v15;
    }

    /// <summary>Compresses one chunk of 0 to 1,024 bytes.</summary>
    /// <param name="chunk">The chunk; empty only where the whole message is.</param>
    /// <param name="counter">The chunk's number in the message.</param>
    /// <param name="lastFlags">Added to the last block: <see cref="Blake3Tables.Root"/> where the message is this chunk only.</param>
    /// <param name="destination">Receives 32 bytes.</param>
    public static void CompressChunk(ReadOnlySpan<byte> chunk, ulong counter, uint lastFlags, Span<byte> destination)
    {
        Span<uint> cv = stackalloc uint[8];
        Blake3Tables.InitialVector.CopyTo(cv);
        Span<byte> last = stackalloc byte[Blake3Tables.BlockLength];
        var flags = Blake3Tables.ChunkStart;
        while (chunk.Length > Blake3Tables.BlockLength)
        {
            Compress(cv, chunk[..Blake3Tables.BlockLength], Blake3Tables.BlockLength, counter, flags);
            chunk = chunk[Blake3Tables.BlockLength..];
            flags = 0;
        }

        last.Clear();
        chunk.CopyTo(last);
        Compress(cv, last, chunk.Length, counter, flags | Blake3Tables.ChunkEnd | lastFlags);
        Write(cv, destination);
    }

    /// <summary>Compresses two chaining values, 64 bytes, into their parent's.</summary>
    /// <param name="children">The left and the right one.</param>
    /// <param name="moreFlags"><see cref="Blake3Tables.Root"/> at the top of the tree, else 0.</param>
    /// <param name="destination">Receives 32 bytes; may lie over <paramref name="children"/>.</param>
    public static void CompressParent(ReadOnlySpan<byte> children, uint moreFlags, Span<byte> destination)
    {
        Span<uint> cv = stackalloc uint[8];
        Blake3Tables.InitialVector.CopyTo(cv);
        Compress(cv, children, Blake3Tables.BlockLength, 0, Blake3Tables.Parent | moreFlags);
        Write(cv, destination);
    }

    private static void Write(ReadOnlySpan<uint> words, Span<byte> destination)
    {
        for (var word = 0; word < 8; word++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(word * 4)..], words[word]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref uint a, ref uint b, ref uint c, ref uint d, uint x, uint y)
    {
        unchecked
        {
            a = a + b + x;
            d = BitOperations.RotateRight(d ^ a, 16);
            c += d;
            b = BitOperations.RotateRight(b ^ c, 12);
            a = a + b + y;
            d = BitOperations.RotateRight(d ^ a, 8);
            c += d;
            b = BitOperations.RotateRight(b ^ c, 7);
        }
    }
}
