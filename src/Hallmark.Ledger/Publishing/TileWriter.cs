using System.Runtime.InteropServices;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Storage;
using Hallmark.Ledger.Tiles;

namespace Hallmark.Ledger.Publishing;

/// <summary>Writes the hash tiles and entry bundles of entries that are given in order, from the first entry of a bundle on.</summary>
/// <param name="folder">The ledger's folder.</param>
/// <param name="files">Writes them; a file that is there must hold the same bytes.</param>
/// <param name="edge">The tree so far; it grows with the new entries.</param>
internal sealed class TileWriter(LedgerFolder folder, DurableFile files, TileEdge edge)
{
    private readonly EntryBundle _bundle = new();
    private Action<int, long, ReadOnlyMemory<TreeHash>>? _write;

    /// <summary>How many entries stand in the bundle that is not full yet.</summary>
    public int BundleCount => _bundle.Count;

    /// <summary>Adds the next entry: always to the bundle, and to the tree where it is not in it yet.</summary>
    /// <exception cref="LedgerDamagedException">A published file has other bytes.</exception>
    public void Add(long index, ReadOnlySpan<byte> envelope, in TreeHash leaf)
    {
        _bundle.Add(envelope);
        if (index >= edge.Size)
        {
            edge.Append(leaf, _write ??= (level, number, hashes) => Write(level, number, hashes.Span));
        }

        if (_bundle.Count == TilePath.FullWidth)
        {
            files.WriteOnce(folder.PublicFile(TilePath.Of(TilePath.Entries, index / TilePath.FullWidth, _bundle.Count)), _bundle.Bytes);
            _bundle.Clear();
        }
    }

    /// <summary>Writes what is not full now, and flushes.</summary>
    /// <param name="finalSize">How large the tree is to become: what will be full by then is not written in parts.</param>
    /// <exception cref="LedgerDamagedException">A published file has other bytes.</exception>
    public void WritePartials(long finalSize)
    {
        var number = edge.Size / TilePath.FullWidth;
        if (_bundle.Count > 0 && number == finalSize / TilePath.FullWidth)
        {
            files.WriteOnce(folder.PublicFile(TilePath.Of(TilePath.Entries, number, _bundle.Count)), _bundle.Bytes);
        }

        var final = finalSize;
        for (var level = 0; level < edge.LevelCount; level++)
        {
            final /= TilePath.FullWidth;
            if (edge.HashesOf(level) is { IsEmpty: false } hashes && edge.NumberOf(level) == final)
            {
                Write(level, final, hashes);
            }
        }

        files.Flush();
    }

    private void Write(int level, long number, ReadOnlySpan<TreeHash> hashes) =>
        files.WriteOnce(folder.PublicFile(TilePath.Of(level, number, hashes.Length)), MemoryMarshal.AsBytes(hashes));
}
