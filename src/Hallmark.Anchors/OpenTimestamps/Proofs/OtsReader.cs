namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>Reads the primitives of the format and knows where it stands.</summary>
internal ref struct OtsReader
{
    /// <summary>The largest number that is read: 2^53, which every other implementation can hold.</summary>
    public const long MaxNumber = 1L << 53;

    private const int MaxNumberSize = 9;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _base;
    private int _position;

    public OtsReader(ReadOnlySpan<byte> bytes, int offset = 0)
    {
        _bytes = bytes;
        _base = offset;
    }

    /// <summary>Where the next byte stands in the whole file.</summary>
    public readonly int Offset => _base + _position;

    public byte ReadByte() => ReadBytes(1)[0];

    public ReadOnlySpan<byte> ReadBytes(int length)
    {
        if (length > _bytes.Length - _position)
        {
            throw new OtsRejectedException(OtsFault.UnexpectedEnd, _base + _bytes.Length);
        }

        var taken = _bytes.Slice(_position, length);
        _position += length;
        return taken;
    }

    /// <summary>Base 128, least significant group first; longer than needed is accepted, up to 9 bytes.</summary>
    public long ReadNumber()
    {
        var start = Offset;
        long number = 0;
        for (var group = 0; group < MaxNumberSize; group++)
        {
            var next = ReadByte();
            number |= (long)(next & 0x7F) << (7 * group);
            if (next < 0x80)
            {
                return number <= MaxNumber ? number : throw new OtsRejectedException(OtsFault.NumberOutOfBounds, start);
            }
        }

        throw new OtsRejectedException(OtsFault.NumberOutOfBounds, start);
    }

    public ReadOnlySpan<byte> ReadVarBytes(int minLength, int maxLength)
    {
        var start = Offset;
        var length = ReadNumber();
        return length >= minLength && length <= maxLength
            ? ReadBytes((int)length)
            : throw new OtsRejectedException(OtsFault.LengthOutOfBounds, start);
    }

    /// <summary>A reader of the bytes that follow their length.</summary>
    public OtsReader ReadNested(int maxLength)
    {
        var bytes = ReadVarBytes(minLength: 0, maxLength);
        return new OtsReader(bytes, Offset - bytes.Length);
    }

    public ReadOnlySpan<byte> ReadRest() => ReadBytes(_bytes.Length - _position);

    public readonly void RequireEnd(OtsFault otherwise)
    {
        if (_position < _bytes.Length)
        {
            throw new OtsRejectedException(otherwise, Offset);
        }
    }
}
