using System.Runtime.InteropServices;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Tiles;

/// <summary>Reads the hashes of perfect subtrees from the tiles of a published size. What it reads is unverified: check what it leads to against a checkpoint.</summary>
/// <param name="folder">The ledger.</param>
/// <param name="size">A published size; partial tiles of it exist, or the full ones do.</param>
internal sealed class TileReader(LedgerFolder folder, long size) : ISubtreeReader
{
    private const int LevelHeight = 8;
    private readonly Dictionary<(int Level, long Number), TreeHash[]> _tiles = [];

    /// <inheritdoc />
    /// <exception cref="LedgerDamagedException">A tile is missing or has a wrong length.</exception>
    public TreeHash Read(SubtreeCoordinate coordinate)
    {
        var level = coordinate.Height / LevelHeight;
        var count = 1 << (coordinate.Height % LevelHeight);
        var first = checked((long)coordinate.Index) * count;
        var tile = ReadTile(level, first / TilePath.FullWidth);
        var position = (int)(first % TilePath.FullWidth);
        return position + count <= tile.Length
            ? TileEdge.RootOf(tile.AsSpan(position, count))
            : throw new ArgumentOutOfRangeException(nameof(coordinate), "The subtree is not wholly inside the tree.");
    }

    /// <summary>Reads the first hashes of a tile: from the partial tile of this width, else from the full one.</summary>
    /// <exception cref="LedgerDamagedException">Neither file is there, or it has a wrong length.</exception>
    public static TreeHash[] ReadTile(LedgerFolder folder, int level, long number, int width)
    {
        foreach (var candidate in width == TilePath.FullWidth ? [TilePath.FullWidth] : new[] { width, TilePath.FullWidth })
        {
            var path = folder.PublicFile(TilePath.Of(level, number, candidate));
            if (TryReadFile(path, candidate * TreeHash.SizeInBytes) is { } bytes)
            {
                return MemoryMarshal.Cast<byte, TreeHash>(bytes)[..width].ToArray();
            }
        }

        throw new LedgerDamagedException(
            $"the published tile {folder.PublicFile(TilePath.Of(level, number, width))} is missing",
            "hallmark ledger restore makes lost tiles again from the ledger's database"
        );
    }

    /// <summary>Reads a file of a known length; null where it is missing.</summary>
    /// <exception cref="LedgerDamagedException">It has another length.</exception>
    public static byte[]? TryReadFile(string path, int length)
    {
        try
        {
            using var file = File.OpenHandle(path);
            if (RandomAccess.GetLength(file) != length)
            {
                throw new LedgerDamagedException($"the published file {path} is not {length} bytes long");
            }

            var bytes = new byte[length];
            for (var done = 0; done < length; )
            {
                var read = RandomAccess.Read(file, bytes.AsSpan(done), done);
                done += read > 0 ? read : throw new LedgerDamagedException($"the published file {path} shrank while it was read");
            }

            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private TreeHash[] ReadTile(int level, long number)
    {
        if (!_tiles.TryGetValue((level, number), out var tile))
        {
            var width = Math.Min(TilePath.FullWidth, (size >> (LevelHeight * level)) - (number * TilePath.FullWidth));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
            _tiles[(level, number)] = tile = ReadTile(folder, level, number, (int)width);
        }

        return tile;
    }
}
