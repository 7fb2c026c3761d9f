using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hallmark.Core.Digests;

/// <summary>Sixteen chunks or parents at once, with AVX-512: lane <c>i</c> of every vector belongs to message <c>i</c>.</summary>
internal static unsafe class Blake3Lanes512
{
    /// <summary>How many messages are compressed side by side.</summary>
    public const int Lanes = 16;

    /// <summary>Compresses messages of whole blocks.</summary>
    /// <param name="input">The first message; readable for all of them.</param>
    /// <param name="stride">From one message to the next, in bytes.</param>
    /// <param name="blocks">Blocks of a message.</param>
    /// <param name="counter">The first message's counter.</param>
    /// <param name="counterStep">How much the next one's is higher: 1 for chunks, 0 for parents.</param>
    /// <param name="flags">Flags of every block; those of the first and the last are added by <paramref name="isChunk"/>.</param>
    /// <param name="isChunk">Marks the first and the last block as a chunk's.</param>
    /// <param name="output">Receives 32 bytes for each message; may lie over what was read.</param>
    [SkipLocalsInit]
    public static void Compress(
        byte* input,
        nint stride,
        int blocks,
        ulong counter,
        uint counterStep,
        uint flags,
        bool isChunk,
        byte* output
    )
    {
        // Room for 16 message vectors and 8 chaining values, on a border of 64 bytes so that no load crosses a cache line.
        var room = stackalloc byte[(24 * 64) + 64];
        var words = (Vector512<uint>*)(((nuint)room + 63) & ~(nuint)63);
        var h = words + 16;
        var iv = Blake3Tables.InitialVector;
        for (var word = 0; word < 8; word++)
        {
            h[word] = Vector512.Create(iv[word]);
        }

        var low = stackalloc uint[Lanes];
        var high = stackalloc uint[Lanes];
        for (var lane = 0u; lane < Lanes; lane++)
        {
            var own = unchecked(counter + (counterStep * lane));
            low[lane] = unchecked((uint)own);
            high[lane] = (uint)(own >> 32);
        }

        fixed (ushort* schedule = Offsets)
        {
            for (var block = 0; block < blocks; block++)
            {
                Transpose(input + (block * Blake3Tables.BlockLength), stride, words);
                var blockFlags = flags;
                if (isChunk)
                {
                    blockFlags |= (block == 0 ? Blake3Tables.ChunkStart : 0) | (block == blocks - 1 ? Blake3Tables.ChunkEnd : 0);
                }

                var v0 = h[0];
                var v1 = h[1];
                var v2 = h[2];
                var v3 = h[3];
                var v4 = h[4];
                var v5 = h[5];
                var v6 = h[6];
                var v7 = h[7];
                var v8 = Vector512.Create(iv[0]);
                var v9 = Vector512.Create(iv[1]);
                var v10 = Vector512.Create(iv[2]);
                var v11 = Vector512.Create(iv[3]);
                var v12 = Vector512.Load(low);
                var v13 = Vector512.Load(high);
                var v14 = Vector512.Create((uint)Blake3Tables.BlockLength);
                var v15 = Vector512.Create(blockFlags);

                for (var s = schedule; s < schedule + (16 * Blake3Tables.Rounds); s += 16)
                {
                    v0 += v4 + Word(words, s, 0);
                    v1 += v5 + Word(words, s, 2);
                    v2 += v6 + Word(words, s, 4);
                    v3 += v7 + Word(words, s, 6);
                    v12 = Avx512F.RotateRight(v12 ^ v0, 16);
                    v13 = Avx512F.RotateRight(v13 ^ v1, 16);
                    v14 = Avx512F.RotateRight(v14 ^ v2, 16);
                    v15 = Avx512F.RotateRight(v15 ^ v3, 16);
                    v8 += v12;
                    v9 += v13;
                    v10 += v14;
                    v11 += v15;
                    v4 = Avx512F.RotateRight(v4 ^ v8, 12);
                    v5 = Avx512F.RotateRight(v5 ^ v9, 12);
                    v6 = Avx512F.RotateRight(v6 ^ v10, 12);
                    v7 = Avx512F.RotateRight(v7 ^ v11, 12);
                    v0 += v4 + Word(words, s, 1);
                    v1 += v5 + Word(words, s, 3);
                    v2 += v6 + Word(words, s, 5);
                    v3 += v7 + Word(words, s, 7);
                    v12 = Avx512F.RotateRight(v12 ^ v0, 8);
                    v13 = Avx512F.RotateRight(v13 ^ v1, 8);
                    v14 = Avx512F.RotateRight(v14 ^ v2, 8);
                    v15 = Avx512F.RotateRight(v15 ^ v3, 8);
                    v8 += v12;
                    v9 += v13;
                    v10 += v14;
                    v11 += v15;
                    v4 = Avx512F.RotateRight(v4 ^ v8, 7);
                    v5 = Avx512F.RotateRight(v5 ^ v9, 7);
                    v6 = Avx512F.RotateRight(v6 ^ v10, 7);
                    v7 = Avx512F.RotateRight(v7 ^ v11, 7);

                    v0 += v5 + Word(words, s, 8);
                    v1 += v6 + Word(words, s, 10);
                    v2 += v7 + Word(words, s, 12);
                    v3 += v4 + Word(words, s, 14);
                    v15 = Avx512F.RotateRight(v15 ^ v0, 16);
                    v12 = Avx512F.RotateRight(v12 ^ v1, 16);
                    v13 = Avx512F.RotateRight(v13 ^ v2, 16);
                    v14 = Avx512F.RotateRight(v14 ^ v3, 16);
                    v10 += v15;
                    v11 += v12;
                    v8 += v13;
                    v9 += v14;
                    v5 = Avx512F.RotateRight(v5 ^ v10, 12);
                    v6 = Avx512F.RotateRight(v6 ^ v11, 12);
                    v7 = Avx512F.RotateRight(v7 ^ v8, 12);
                    v4 = Avx512F.RotateRight(v4 ^ v9, 12);
                    v0 += v5 + Word(words, s, 9);
                    v1 += v6 + Word(words, s, 11);
                    v2 += v7 + Word(words, s, 13);
                    v3 += v4 + Word(words, s, 15);
                    v15 = Avx512F.RotateRight(v15 ^ v0, 8);
                    v12 = Avx512F.RotateRight(v12 ^ v1, 8);
                    v13 = Avx512F.RotateRight(v13 ^ v2, 8);
                    v14 = Avx512F.RotateRight(v14 ^ v3, 8);
                    v10 += v15;
                    v11 += v12;
                    v8 += v13;
                    v9 += v14;
                    v5 = Avx512F.RotateRight(v5 ^ v10, 7);
                    v6 = Avx512F.RotateRight(v6 ^ v11, 7);
                    v7 = Avx512F.RotateRight(v7 ^ v8, 7);
                    v4 = Avx512F.RotateRight(v4 ^ v9, 7);
                }

                h[0] = v0 ^ v8;
                h[1] = v1 ^ v9;
                h[2] = v2 ^ v10;
                h[3] = v3 ^ v11;
                h[4] = v4 ^ v12;
                h[5] = v5 ^ v13;
                h[6] = v6 ^ v14;
                h[7] = v7 ^ v15;
            }
        }

        for (var lane = 0; lane < Lanes; lane++)
        {
            for (var word = 0; word < 8; word++)
            {
                ((uint*)output)[(lane * 8) + word] = ((uint*)h)[(word * Lanes) + lane];
            }
        }
    }

    /// <summary>The schedule, as offsets in bytes into the room of message vectors.</summary>
    private static readonly ushort[] Offsets = [.. Blake3Tables.Schedule.ToArray().Select(word => (ushort)(word * 64))];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Word(Vector512<uint>* words, ushort* schedule, int step) =>
        *(Vector512<uint>*)((byte*)words + schedule[step]);

    /// <summary>Turns sixteen messages' blocks, one each row, into sixteen vectors of one word of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(byte* block, nint stride, Vector512<uint>* words)
    {
        for (var group = 0; group < 4; group++)
        {
            // Four rows at a time, within each quarter of the vectors: quarter k of rows[group * 4 + j] then holds word 4k + j of these four.
            var row = block + (group * 4 * stride);
            var r0 = Unsafe.ReadUnaligned<Vector512<uint>>(row);
            var r1 = Unsafe.ReadUnaligned<Vector512<uint>>(row + stride);
            var r2 = Unsafe.ReadUnaligned<Vector512<uint>>(row + (2 * stride));
            var r3 = Unsafe.ReadUnaligned<Vector512<uint>>(row + (3 * stride));
            var low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
            var high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            var low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
            var high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            words[group * 4] = Avx512F.UnpackLow(low01, low23).AsUInt32();
            words[(group * 4) + 1] = Avx512F.UnpackHigh(low01, low23).AsUInt32();
            words[(group * 4) + 2] = Avx512F.UnpackLow(high01, high23).AsUInt32();
            words[(group * 4) + 3] = Avx512F.UnpackHigh(high01, high23).AsUInt32();
        }

        for (var j = 0; j < 4; j++)
        {
            // Then the quarters change places between the four groups.
            var even01 = Avx512F.Shuffle4x128(words[j], words[4 + j], 0x88);
            var even23 = Avx512F.Shuffle4x128(words[8 + j], words[12 + j], 0x88);
            var odd01 = Avx512F.Shuffle4x128(words[j], words[4 + j], 0xDD);
            var odd23 = Avx512F.Shuffle4x128(words[8 + j], words[12 + j], 0xDD);
            words[j] = Avx512F.Shuffle4x128(even01, even23, 0x88);
            words[4 + j] = Avx512F.Shuffle4x128(odd01, odd23, 0x88);
            words[8 + j] = Avx512F.Shuffle4x128(even01, even23, 0xDD);
            words[12 + j] = Avx512F.Shuffle4x128(odd01, odd23, 0xDD);
        }
    }
}
