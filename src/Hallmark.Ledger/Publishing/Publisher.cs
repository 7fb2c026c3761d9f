using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Storage;
using Hallmark.Ledger.Tiles;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Publishing;

/// <summary>
/// Turns durable entries into tiles and a signed checkpoint. Order (a crash between any two steps is completed by the next start): bundles and tiles; the checkpoint with its
/// outbox work in the database; <c>checkpoints/&lt;size&gt;</c>; <c>public/checkpoint</c>. One call at a time.
/// </summary>
internal sealed class Publisher(
    LedgerFolder folder,
    LedgerOptions options,
    LedgerWriter writer,
    CheckpointSigners signers,
    TileEdge edge,
    PublishedCheckpoint? latest
)
{
    private readonly DurableFile _files = new(folder.Temporary);
    private readonly SqliteSession _session = LedgerDatabase.OpenForReading(folder);
    private SqliteStatement? _entries;
    private TileEdge _edge = edge;
    private PublishedCheckpoint? _latest = latest;
    private PublishedCheckpoint? _unwritten;

    /// <summary>The newest checkpoint, or null where none was made yet.</summary>
    public PublishedCheckpoint? Latest => Volatile.Read(ref _latest);

    /// <summary>Who signs. Changed between two calls of <see cref="PublishAsync()"/> only.</summary>
    public CheckpointSigners Signers { get; set; } = signers;

    /// <summary>True where entries are not under a checkpoint yet, as far as this process knows.</summary>
    public bool HasWork => _unwritten is not null || writer.Size != _edge.Size;

    /// <summary>Goes on from where another process stopped.</summary>
    public void Continue(PublishedState state, CheckpointSigners signers)
    {
        Signers = signers;
        _edge = state.Edge;
        _unwritten = state.IsIncomplete ? state.Latest : null;
        Volatile.Write(ref _latest, state.Latest);
    }

    /// <summary>Publishes all that is durable now.</summary>
    /// <exception cref="LedgerDamagedException">The database disagrees with itself or with published files: nothing was signed.</exception>
    /// <exception cref="Core.Failures.UnavailableException">Another process did not give the lock in time.</exception>
    public async Task PublishAsync()
    {
        // No other process publishes until this checkpoint's files are all written.
        var (hold, size) = await writer.HoldAsync(static statements => statements.NextIndex).ConfigureAwait(false);
        using (hold)
        {
            await PublishAsync(size).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(long size)
    {
        if (_unwritten is { } left)
        {
            WriteCheckpointFiles(left);
        }

        while (_edge.Size < size)
        {
            await PublishNextAsync(Math.Min(size, _edge.Size + options.MaxStretch)).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the files of a checkpoint that stands in the database.</summary>
    public void WriteCheckpointFiles(PublishedCheckpoint checkpoint)
    {
        _files.WriteOnce(folder.Checkpoint(checkpoint.Size), checkpoint.Note.Span);
        _files.Flush();
        _files.Replace(folder.LatestCheckpoint, checkpoint.Note.Span);
        _files.Flush();
        _unwritten = null;
        Volatile.Write(ref _latest, checkpoint);
    }

    /// <summary>Closes the reading session.</summary>
    public void Close() => _session.Dispose();

    private async Task PublishNextAsync(long end)
    {
        var start = _edge.Size;
        var next = _edge.Copy();
        LedgerDatabase.Guard(folder, () => WriteTiles(next, end));
        var root = next.FindRoot();
        var note = Signers.Sign(new Checkpoint(Signers.Keys.Origin, end, root).ToText(), start, end).Bytes;
        var work = options.CheckpointWork?.Invoke(note) ?? [];
        foreach (var item in work)
        {
            SubmissionCheck.CheckWork(item);
        }

        var checkpoint = await writer
            .RunAsync(statements =>
            {
                statements.InsertCheckpoint(end, root, note.Span);
                foreach (var item in work)
                {
                    statements.InsertWork(item, entry: null);
                }

                return new PublishedCheckpoint(end, root, note, UnixTime.FromMicroseconds(statements.Now));
            })
            .ConfigureAwait(false);

        // From here on the checkpoint counts as published: what is missing is completed by the next call or the next start.
        _edge = next;
        _unwritten = checkpoint;
        WriteCheckpointFiles(checkpoint);
        RemovePartialTiles(start, end);
    }

    private int WriteTiles(TileEdge next, long end)
    {
        var tiles = new TileWriter(folder, _files, next);
        var isDone = false;
        try
        {
            // One bundle at a time, so that no snapshot of the database is held while files are written.
            for (var first = next.Size - (next.Size % TilePath.FullWidth); first < end; first += TilePath.FullWidth)
            {
                WriteBundle(tiles, next, first, Math.Min(end, first + TilePath.FullWidth));
            }

            tiles.WritePartials(end);
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                _files.Discard();
            }
        }

        return 0;
    }

    private void WriteBundle(TileWriter tiles, TileEdge next, long first, long end)
    {
        _entries ??= _session.Prepare(
            "SELECT idx, leaf, event_id, payload_hash, envelope FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"
        );
        _entries.Bind(1, first).Bind(2, end);
        try
        {
            for (var index = first; index < end; index++)
            {
                if (!_entries.Step() || _entries.GetNumber(0) != index)
                {
                    throw new LedgerDamagedException($"entry {index} is missing in the ledger's database");
                }

                if (_entries.GetSize(3) != TreeHash.SizeInBytes || _entries.GetSize(4) > EntryLimits.MaxEnvelopeSizeInBytes)
                {
                    throw new LedgerFormatException($"entry {index} of the ledger has columns of a wrong size");
                }

                var envelope = _entries.GetBytes(4);
                var leaf = MerkleHash.Leaf(envelope);
                if (!leaf.Bytes.SequenceEqual(_entries.GetBytes(1)) || (index < next.Size && leaf != next.HashesOf(0)[tiles.BundleCount]))
                {
                    throw new LedgerDamagedException(
                        $"the envelope of entry {index} (event \"{_entries.GetText(2)}\") is not the one that was appended"
                    );
                }

                tiles.Add(index, envelope, leaf);
            }
        }
        finally
        {
            _entries.Reset();
        }
    }

    // Partial tiles may go once the full tile exists and a checkpoint with it is published. Only the first tile of a stretch can have any.
    private void RemovePartialTiles(long start, long end)
    {
        if (options.KeepsPartialTiles)
        {
            return;
        }

        for (var level = TilePath.Entries; end > 0; level++)
        {
            var number = start / TilePath.FullWidth;
            if (end / TilePath.FullWidth > number)
            {
                var partials = folder.PublicFile(TilePath.OfPartials(level, number));
                if (Directory.Exists(partials))
                {
                    Directory.Delete(partials, recursive: true);
                }
            }

            if (level != TilePath.Entries)
            {
                start /= TilePath.FullWidth;
                end /= TilePath.FullWidth;
            }
        }
    }
}
