using System.Buffers;

namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>Writes the primitives of the format, numbers in their shortest form.</summary>
internal sealed class OtsWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public void WriteByte(byte value) => WriteBytes([value]);

    public void WriteBytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    public void WriteNumber(long number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            WriteByte((byte)((number & 0x7F) | 0x80));
        }

        WriteByte((byte)number);
    }

    public void WriteVarBytes(ReadOnlySpan<byte> bytes)
    {
        WriteNumber(bytes.Length);
        WriteBytes(bytes);
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
