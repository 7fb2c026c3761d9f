using System.Buffers;
using System.Buffers.Binary;

namespace Hallmark.Ledger.Tiles;

/// <summary>Up to 256 entries in a row as tlog-tiles serves them: for each a big-endian 16-bit length, then its bytes.</summary>
internal sealed class EntryBundle
{
    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    /// <summary>How many entries are in it.</summary>
    public int Count { get; private set; }

    /// <summary>The bundle's bytes so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Adds an entry of at most 65,535 bytes.</summary>
    public void Add(ReadOnlySpan<byte> entry)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(2), checked((ushort)entry.Length));
        _bytes.Advance(2);
        _bytes.Write(entry);
        Count++;
    }

    /// <summary>Starts the next bundle.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        Count = 0;
    }
}
