using System.Runtime.InteropServices;
using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Tiles;

/// <summary>
/// The right edge of a growing tree in tiles: of each level the hashes of its last tile, as long as that is not full. At most 8 levels of 255 hashes, whatever the size.
/// </summary>
internal sealed class TileEdge
{
    private readonly List<List<TreeHash>> _levels = [];

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; private set; }

    /// <summary>How many levels have a tile that is not full.</summary>
    public int LevelCount => _levels.Count;

    /// <summary>Goes on from the partial tiles of a size.</summary>
    /// <param name="size">How many leaves.</param>
    /// <param name="readPartial">Gives the hashes of a partial tile: level, number, width.</param>
    public static TileEdge Load(long size, Func<int, long, int, TreeHash[]> readPartial)
    {
        var edge = new TileEdge { Size = size };
        for (var level = 0; size > 0; level++, size /= TilePath.FullWidth)
        {
            var width = (int)(size % TilePath.FullWidth);
            edge._levels.Add(width == 0 ? [] : [.. readPartial(level, size / TilePath.FullWidth, width)]);
        }

        return edge;
    }

    /// <summary>A copy that grows on its own.</summary>
    public TileEdge Copy()
    {
        var copy = new TileEdge { Size = Size };
        copy._levels.AddRange(_levels.Select(level => new List<TreeHash>(level)));
        return copy;
    }

    /// <summary>Adds a leaf.</summary>
    /// <param name="leaf">The leaf's hash.</param>
    /// <param name="completed">Gets each tile that the leaf fills: level, number, its 256 hashes (valid during the call).</param>
    public void Append(in TreeHash leaf, Action<int, long, ReadOnlyMemory<TreeHash>>? completed)
    {
        var hash = leaf;
        var number = Size / TilePath.FullWidth;
        for (var level = 0; ; level++, number /= TilePath.FullWidth)
        {
            if (level == _levels.Count)
            {
                _levels.Add(new List<TreeHash>(TilePath.FullWidth));
            }

            var hashes = _levels[level];
            hashes.Add(hash);
            if (hashes.Count < TilePath.FullWidth)
            {
                break;
            }

            completed?.Invoke(level, number, hashes.ToArray());
            hash = RootOf(CollectionsMarshal.AsSpan(hashes));
            hashes.Clear();
        }

        Size++;
    }

    /// <summary>The hashes of a level's last tile; none where that level ends with a full one.</summary>
    public ReadOnlySpan<TreeHash> HashesOf(int level) => level < _levels.Count ? CollectionsMarshal.AsSpan(_levels[level]) : default;

    /// <summary>The number of a level's last, partial tile.</summary>
    public long NumberOf(int level)
    {
        var size = Size;
        for (var i = 0; i <= level; i++)
        {
            size /= TilePath.FullWidth;
        }

        return size;
    }

    /// <summary>The tree's root.</summary>
    public TreeHash FindRoot()
    {
        var peaks = new List<TreeHash>();
        for (var level = _levels.Count - 1; level >= 0; level--)
        {
            var hashes = CollectionsMarshal.AsSpan(_levels[level]);
            for (var start = 0; start < hashes.Length; )
            {
                var width = 1 << (31 - System.Numerics.BitOperations.LeadingZeroCount((uint)(hashes.Length - start)));
                peaks.Add(RootOf(hashes.Slice(start, width)));
                start += width;
            }
        }

        return new CompactRange((ulong)Size, CollectionsMarshal.AsSpan(peaks)).Root;
    }

    /// <summary>The root of a perfect subtree.</summary>
    /// <param name="hashes">A power of two of them.</param>
    public static TreeHash RootOf(ReadOnlySpan<TreeHash> hashes)
    {
        if (hashes.Length == 1)
        {
            return hashes[0];
        }

        Span<TreeHash> row = stackalloc TreeHash[TilePath.FullWidth / 2];
        var count = hashes.Length / 2;
        for (var i = 0; i < count; i++)
        {
            row[i] = MerkleHash.Node(hashes[2 * i], hashes[(2 * i) + 1]);
        }

        for (; count > 1; count /= 2)
        {
            for (var i = 0; i < count / 2; i++)
            {
                row[i] = MerkleHash.Node(row[2 * i], row[(2 * i) + 1]);
            }
        }

        return row[0];
    }
}
