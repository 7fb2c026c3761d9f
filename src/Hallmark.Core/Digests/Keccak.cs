using System.Buffers.Binary;
using System.Numerics;

namespace Hallmark.Core.Digests;

/// <summary>The Keccak-f[1600] sponge with a capacity of 512 bits: SHA3-256 where the platform has none (FIPS 202).</summary>
/// <param name="domain">The domain bits with the first padding bit: 0x06 for SHA-3, 0x01 for the older Keccak-256.</param>
internal sealed class Keccak(byte domain = 0x06)
{
    private const int RateInBytes = 136;

    private static readonly ulong[] RoundConstants =
    [
        0x0000000000000001,
        0x0000000000008082,
        0x800000000000808A,
        0x8000000080008000,
        0x000000000000808B,
        0x0000000080000001,
        0x8000000080008081,
        0x8000000000008009,
        0x000000000000008A,
        0x0000000000000088,
        0x0000000080008009,
        0x000000008000000A,
        0x000000008000808B,
        0x800000000000008B,
        0x8000000000008089,
        0x8000000000008003,
        0x8000000000008002,
        0x8000000000000080,
        0x000000000000800A,
        0x800000008000000A,
        0x8000000080008081,
        0x8000000000008080,
        0x0000000080000001,
        0x8000000080008008,
    ];

    // Walking the lanes as rho and pi move them: where each goes, and how far it is turned.
    private static readonly byte[] PiLanes = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];
    private static readonly byte[] RhoOffsets = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private readonly ulong[] _state = new ulong[25];
    private readonly byte[] _block = new byte[RateInBytes];
    private int _filled;

    public void Append(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            var taken = Math.Min(content.Length, RateInBytes - _filled);
            content[..taken].CopyTo(_block.AsSpan(_filled));
            _filled += taken;
            content = content[taken..];
            if (_filled == RateInBytes)
            {
                Absorb();
            }
        }
    }

    /// <summary>Writes 32 bytes and starts afresh.</summary>
    public void Finish(Span<byte> destination)
    {
        _block.AsSpan(_filled).Clear();
        _block[_filled] = domain;
        _block[RateInBytes - 1] |= 0x80;
        Absorb();
        for (var lane = 0; lane < 4; lane++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(lane * 8)..], _state[lane]);
        }

        _state.AsSpan().Clear();
    }

    private void Absorb()
    {
        for (var lane = 0; lane < RateInBytes / 8; lane++)
        {
            _state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(_block.AsSpan(lane * 8));
        }

        _filled = 0;
        Permute(_state);
    }

    private static void Permute(ulong[] state)
    {
        Span<ulong> columns = stackalloc ulong[5];
        foreach (var constant in RoundConstants)
        {
            for (var x = 0; x < 5; x++)
            {
                columns[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
            }

            for (var x = 0; x < 5; x++)
            {
                var mixed = columns[(x + 4) % 5] ^ BitOperations.RotateLeft(columns[(x + 1) % 5], 1);
                for (var y = 0; y < 25; y += 5)
                {
                    state[x + y] ^= mixed;
                }
            }

            var moved = state[1];
            for (var step = 0; step < 24; step++)
            {
                var lane = PiLanes[step];
                (moved, state[lane]) = (state[lane], BitOperations.RotateLeft(moved, RhoOffsets[step]));
            }

            for (var y = 0; y < 25; y += 5)
            {
                state.AsSpan(y, 5).CopyTo(columns);
                for (var x = 0; x < 5; x++)
                {
                    state[x + y] = columns[x] ^ (~columns[(x + 1) % 5] & columns[(x + 2) % 5]);
                }
            }

            state[0] ^= constant;
        }
    }
}
