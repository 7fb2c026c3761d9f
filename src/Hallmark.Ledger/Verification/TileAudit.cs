using System.Globalization;
using System.Runtime.InteropServices;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Storage;
using Hallmark.Ledger.Tiles;

namespace Hallmark.Ledger.Verification;

/// <summary>Holds the published tiles and entry bundles against the entries of the database, as these go by.</summary>
/// <param name="folder">The ledger.</param>
/// <param name="published">The size of the newest checkpoint: up to here every tile must be there.</param>
internal sealed class TileAudit(LedgerFolder folder, long published)
{
    private readonly TileEdge _edge = new();
    private readonly EntryBundle _bundle = new();
    private readonly List<int> _ends = [];
    private readonly List<string> _eventIds = [];
    private LedgerFault? _fault;

    /// <summary>Takes the next entry; gives the fault of a tile that it completes.</summary>
    public LedgerFault? Add(EntryRow row, in TreeHash leaf)
    {
        _bundle.Add(row.Entry.Envelope.Span);
        _ends.Add(_bundle.Bytes.Length);
        _eventIds.Add(row.Entry.EventId);
        if (_bundle.Count == TilePath.FullWidth)
        {
            CheckBundle();
        }

        _edge.Append(leaf, (level, number, hashes) => CheckTile(level, number, hashes.Span));
        if (_edge.Size == published)
        {
            CheckPartials(published);
        }

        if (_bundle.Count == TilePath.FullWidth)
        {
            _bundle.Clear();
            _ends.Clear();
            _eventIds.Clear();
        }

        return _fault;
    }

    /// <summary>The fault of an entry before the present one that only the tiles show; asked when the present entry has a fault, so that the first one is named.</summary>
    public LedgerFault? FindEarlier()
    {
        var hashes = _edge.HashesOf(0);
        var number = _edge.NumberOf(0);
        var width = (int)Math.Min(TilePath.FullWidth, published - (number * TilePath.FullWidth));
        if (hashes.IsEmpty || width <= 0)
        {
            return null;
        }

        foreach (var candidate in width == TilePath.FullWidth ? [width] : new[] { width, TilePath.FullWidth })
        {
            if (TryRead(TilePath.Of(0, number, candidate)) is { } bytes && bytes.Length == candidate * TreeHash.SizeInBytes)
            {
                // Entries behind the newest checkpoint are in no tile yet.
                var shared = Math.Min(width, hashes.Length);
                CompareHashes(
                    0,
                    number,
                    hashes[..shared],
                    MemoryMarshal.Cast<byte, TreeHash>(bytes)[..shared],
                    TilePath.Of(0, number, candidate)
                );
                break;
            }
        }

        return _fault;
    }

    /// <summary>Holds left-over partial tiles of the last, unpublished entries against them.</summary>
    public LedgerFault? Finish()
    {
        CheckPartials(size: null);
        return _fault;
    }

    private void CheckTile(int level, long number, ReadOnlySpan<TreeHash> hashes)
    {
        if (IsPublished(level, number))
        {
            CheckHashes(level, number, hashes, hashes.Length, isNeeded: true);
        }

        CheckLeftOvers(level, number, hashes);
    }

    private bool IsPublished(int level, long number)
    {
        var end = UInt128.One << (8 * (level + 1));
        return (UInt128)(ulong)(number + 1) * end <= (UInt128)(ulong)published;
    }

    // With a size: the tiles that this size needs must be there. Without: whatever is there must fit.
    private void CheckPartials(long? size)
    {
        for (var level = 0; level < _edge.LevelCount; level++)
        {
            var hashes = _edge.HashesOf(level);
            if (hashes.IsEmpty)
            {
                continue;
            }

            if (size is not null)
            {
                CheckHashes(level, _edge.NumberOf(level), hashes, hashes.Length, isNeeded: true);
            }
            else
            {
                CheckLeftOvers(level, _edge.NumberOf(level), hashes);
            }
        }

        if (_bundle.Count is > 0 and < TilePath.FullWidth)
        {
            if (size is not null)
            {
                CheckBundleFile(_edge.NumberOf(0), _bundle.Count, isNeeded: true);
            }
            else
            {
                CheckBundleLeftOvers(_edge.NumberOf(0));
            }
        }
    }

    private void CheckLeftOvers(int level, long number, ReadOnlySpan<TreeHash> hashes)
    {
        foreach (var width in WidthsOf(level, number))
        {
            if (width <= hashes.Length)
            {
                CheckHashes(level, number, hashes[..width], width, isNeeded: false);
            }
            else
            {
                Blame(
                    level,
                    number,
                    hashes.Length,
                    "is missing in the database, and the published file {0} has it",
                    TilePath.Of(level, number, width)
                );
            }
        }
    }

    private void CheckHashes(int level, long number, ReadOnlySpan<TreeHash> hashes, int width, bool isNeeded)
    {
        var path = TilePath.Of(level, number, width);
        var bytes = TryRead(path);
        if (bytes is null && width < TilePath.FullWidth)
        {
            // A client falls back to the full tile where the partial one is gone.
            path = TilePath.Of(level, number, TilePath.FullWidth);
            bytes = TryRead(path);
        }

        if (bytes is null)
        {
            if (isNeeded)
            {
                Blame(level, number, 0, "has no published tile: {0} is missing", TilePath.Of(level, number, width));
            }

            return;
        }

        CompareHashes(level, number, hashes, MemoryMarshal.Cast<byte, TreeHash>(bytes), path);
        if (
            bytes.Length % TreeHash.SizeInBytes != 0
            || bytes.Length > TilePath.FullWidth * TreeHash.SizeInBytes
            || (path == TilePath.Of(level, number, width) && bytes.Length != width * TreeHash.SizeInBytes)
        )
        {
            Blame(level, number, 0, "has a published tile of a wrong length: {0}", path);
        }
    }

    private void CompareHashes(int level, long number, ReadOnlySpan<TreeHash> expected, ReadOnlySpan<TreeHash> found, string path)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (i >= found.Length)
            {
                Blame(level, number, i, "is not in the published file {0}, which is too short", path);
                return;
            }

            if (expected[i] != found[i])
            {
                Blame(
                    level,
                    number,
                    i,
                    "has another hash in the published file {0} than in the database",
                    path,
                    expected[i].Hex,
                    found[i].Hex
                );
                return;
            }
        }
    }

    private void CheckBundle()
    {
        var number = _edge.NumberOf(0);
        if (IsPublished(0, number))
        {
            CheckBundleFile(number, TilePath.FullWidth, isNeeded: true);
        }

        CheckBundleLeftOvers(number);
    }

    private void CheckBundleLeftOvers(long number)
    {
        foreach (var width in WidthsOf(TilePath.Entries, number))
        {
            if (width <= _bundle.Count)
            {
                CheckBundleFile(number, width, isNeeded: false);
            }
            else
            {
                Blame(
                    0,
                    number,
                    _bundle.Count,
                    "is missing in the database, and the published file {0} has it",
                    TilePath.Of(TilePath.Entries, number, width)
                );
            }
        }
    }

    private void CheckBundleFile(long number, int width, bool isNeeded)
    {
        var path = TilePath.Of(TilePath.Entries, number, width);
        var found = TryRead(path);
        if (found is null)
        {
            if (isNeeded && (width == TilePath.FullWidth || TryRead(TilePath.Of(TilePath.Entries, number, TilePath.FullWidth)) is null))
            {
                Blame(0, number, 0, "has no published entry bundle: {0} is missing", path);
            }

            return;
        }

        var expected = _bundle.Bytes[.._ends[width - 1]];
        var same = expected.CommonPrefixLength(found);
        if (same < expected.Length)
        {
            Blame(0, number, _ends.FindIndex(end => end > same), "has other bytes in the published file {0} than in the database", path);
        }
        else if (found.Length > expected.Length)
        {
            Blame(0, number, width - 1, "is followed by bytes that do not belong there in the published file {0}", path);
        }
    }

    private IEnumerable<int> WidthsOf(int level, long number)
    {
        var partials = folder.PublicFile(TilePath.OfPartials(level, number));
        return Directory.Exists(partials)
            ? Directory
                .EnumerateFiles(partials)
                .Select(path =>
                    int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : 0
                )
                .Where(width => width is > 0 and < TilePath.FullWidth)
            : [];
    }

    private byte[]? TryRead(string relativePath)
    {
        var path = folder.PublicFile(relativePath);
        try
        {
            // A bundle has at most 256 entries of 65,537 bytes; a longer file is not read into memory.
            return new FileInfo(path).Length <= TilePath.FullWidth * (EntryLimits.MaxEnvelopeSizeInBytes + 2L)
                ? File.ReadAllBytes(path)
                : [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // The first entry below a hash of a higher level stands for all of them.
    private void Blame(int level, long number, int position, string what, string path, string? expected = null, string? found = null)
    {
        var index = ((number * TilePath.FullWidth) + position) << (8 * level);
        if (_fault?.Index <= index)
        {
            return;
        }

        var inBlock = index - (_edge.Size - (_edge.Size % TilePath.FullWidth));
        var eventId = level == 0 && inBlock >= 0 && inBlock < _eventIds.Count ? _eventIds[(int)inBlock] : null;
        _fault = new LedgerFault(
            index,
            eventId,
            (level == 0 ? "the entry " : "the entry, or one after it, ") + string.Format(CultureInfo.InvariantCulture, what, path),
            expected,
            found
        );
    }
}
