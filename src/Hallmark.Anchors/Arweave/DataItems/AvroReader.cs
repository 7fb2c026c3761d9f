namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>Reads Avro's integers and byte strings.</summary>
internal ref struct AvroReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxLongSize = 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Whether every byte was read.</summary>
    public readonly bool IsAtEnd => Remaining == 0;

    /// <summary>Reads a zig-zag number.</summary>
    /// <returns>False where it is cut off or has more than 64 bits.</returns>
    public bool TryReadLong(out long value)
    {
        value = 0;
        ulong bits = 0;
        for (var group = 0; group < MaxLongSize && Position < _bytes.Length; group++)
        {
            var next = _bytes[Position++];
            if (group == MaxLongSize - 1 && next > 1)
            {
                return false;
            }

            bits |= (ulong)(next & 0x7f) << (7 * group);
            if (next < 0x80)
            {
                value = (long)(bits >> 1) ^ -(long)(bits & 1);
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a byte string.</summary>
    /// <returns>False where it is cut off or its length is negative.</returns>
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadLong(out var length) || length < 0 || length > Remaining)
        {
            return false;
        }

        value = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }
}
