using System.Text;

namespace Hallmark.Inference.Runners.Onnx.Files;

/// <summary>Goes through a protobuf message in a file, field by field, and skips what it is not asked for: memory does not grow with the file.</summary>
/// <param name="stream">The file, seekable.</param>
/// <remarks>https://protobuf.dev/programming-guides/encoding. Groups (wire types 3 and 4) are refused: ONNX has none.</remarks>
internal sealed class ProtobufReader(Stream stream)
{
    private const int LengthDelimited = 2;

    /// <summary>Where the reader stands.</summary>
    public long Position => stream.Position;

    /// <summary>Reads the next field's tag; skips the value where it has no length of its own.</summary>
    /// <param name="end">Where the message ends that the field is in.</param>
    /// <param name="field">The field's number.</param>
    /// <param name="length">The length of a text, bytes or message, which starts where the reader stands now; -1 for the other types.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="FormatException">This is no protobuf message.</exception>
    public bool TryReadField(long end, out int field, out long length)
    {
        field = 0;
        length = -1;
        if (Position >= end)
        {
            return false;
        }

        var tag = ReadVarint(end);
        if (tag is 0 or > uint.MaxValue || tag >> 3 == 0)
        {
            throw Malformed();
        }

        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                ReadVarint(end);
                break;
            case 1:
                Skip(8, end);
                break;
            case LengthDelimited:
                var size = ReadVarint(end);
                if (size > (ulong)(end - Position))
                {
                    throw Malformed();
                }

                length = (long)size;
                break;
            case 5:
                Skip(4, end);
                break;
            default:
                throw Malformed();
        }

        return true;
    }

    /// <summary>Goes on behind <paramref name="length"/> bytes.</summary>
    public void Skip(long length, long end)
    {
        if (length > end - Position)
        {
            throw Malformed();
        }

        stream.Seek(length, SeekOrigin.Current);
    }

    /// <summary>Reads a text of known length, at most <paramref name="limit"/> bytes.</summary>
    /// <exception cref="FormatException">It is longer.</exception>
    public string ReadText(long length, int limit)
    {
        if (length > limit)
        {
            throw Malformed();
        }

        var bytes = new byte[(int)length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private ulong ReadVarint(long end)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Position < end ? stream.ReadByte() : -1;
            if (next < 0)
            {
                throw Malformed();
            }

            // The tenth byte has room for one bit; parsers drop the others.
            value |= unchecked((ulong)(next & 0x7f) << shift);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private FormatException Malformed() => new($"no protobuf message at byte {Position}");
}
