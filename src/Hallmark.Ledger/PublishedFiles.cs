using Hallmark.Core.Checkpoints;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Publishing;
using Hallmark.Ledger.Storage;
using Hallmark.Ledger.Tiles;
using Hallmark.Sqlite;

namespace Hallmark.Ledger;

/// <summary>
/// Makes lost tiles, bundles and checkpoint files again from the ledger's database. Nothing is signed: first every entry is read and the root of every checkpoint that was
/// signed is recomputed, and only where all fit is anything written. A file that is there is left as it is and must hold the same bytes.
/// </summary>
public static class PublishedFiles
{
    /// <summary>Restores what is missing.</summary>
    /// <param name="folder">The ledger's folder.</param>
    /// <param name="lockTimeout">How long another process that writes the ledger is waited for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the work; what was written stays, and is right.</param>
    /// <exception cref="LedgerFormatException">There is no ledger, or its database cannot be read as one.</exception>
    /// <exception cref="LedgerDamagedException">The entries do not lead to what was signed, or a file that is there has other bytes.</exception>
    /// <exception cref="UnavailableException">Another process writes the ledger, or the disk refuses.</exception>
    public static async Task<RestoredFiles> RestoreAsync(
        string folder,
        TimeSpan lockTimeout,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var place = new LedgerFolder(Path.GetFullPath(folder));
        if (!File.Exists(place.Database))
        {
            throw new LedgerFormatException($"there is no ledger at {place.Path}", "restore the folder from a backup");
        }

        try
        {
            using var hold = await LedgerLock.AcquireAsync(place.Lock, lockTimeout, time, cancellationToken).ConfigureAwait(false);
            return await Task.Run(() => LedgerDatabase.Guard(place, () => Restore(place, cancellationToken)), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not SqliteFailureException))
        {
            throw new UnavailableException(
                $"the ledger's files in {place.Path} cannot be written: {e.Message}",
                e,
                "see that the disk has room and that you may write the folder"
            );
        }
    }

    private static RestoredFiles Restore(LedgerFolder folder, CancellationToken cancellationToken)
    {
        using var session = LedgerDatabase.OpenForReading(folder);
        var identity = LedgerDatabase.ReadIdentity(folder, session);
        session.Execute("BEGIN");
        if (CheckpointRow.FindLatest(session) is not { } latest)
        {
            return new RestoredFiles(0, 0, 0);
        }

        var checkpoints = CheckEverything(session, LedgerKeys.Load(session, identity), latest.Size, cancellationToken);
        Directory.CreateDirectory(folder.Temporary);
        var files = new DurableFile(folder.Temporary);
        var tiles = new TileWriter(folder, files, new TileEdge());
        var next = CheckpointRow.FindNext(session, 0);
        foreach (var (index, envelope, leaf) in ReadLeaves(session, latest.Size, cancellationToken))
        {
            tiles.Add(index, envelope.Span, leaf);
            if (next is not null && next.Size == index + 1)
            {
                tiles.WritePartials(latest.Size);
                files.WriteOnce(folder.Checkpoint(next.Size), next.Note.Span);
                next = CheckpointRow.FindNext(session, next.Size);
            }
        }

        files.Flush();
        if (!File.Exists(folder.LatestCheckpoint))
        {
            files.Replace(folder.LatestCheckpoint, latest.Note.Span);
            files.Flush();
        }

        return new RestoredFiles(latest.Size, checkpoints, files.WrittenCount);
    }

    // Writing may begin only where the whole history leads to each root that was ever signed: else the files would disagree with what others keep.
    private static long CheckEverything(SqliteSession session, LogKeyChain keys, long size, CancellationToken cancellationToken)
    {
        var tree = new CompactRange();
        var checkpoints = 0L;
        var next = CheckpointRow.FindNext(session, 0);
        foreach (var (_, _, leaf) in ReadLeaves(session, size, cancellationToken))
        {
            tree.Append(leaf);
            if (next is not null && (ulong)next.Size == tree.Size)
            {
                PublishedState.CheckSigned(keys, next);
                if (next.Root != tree.Root)
                {
                    throw new LedgerDamagedException(
                        $"the entries in the ledger's database do not lead to the root of the checkpoint of {next.Size} entries: nothing was written",
                        "hallmark ledger verify names the first entry that does not fit; restore ledger.db from a backup"
                    );
                }

                checkpoints++;
                next = CheckpointRow.FindNext(session, next.Size);
            }
        }

        return checkpoints;
    }

    private static IEnumerable<(long Index, ReadOnlyMemory<byte> Envelope, TreeHash Leaf)> ReadLeaves(
        SqliteSession session,
        long size,
        CancellationToken cancellationToken
    )
    {
        var rows = session.Prepare($"SELECT {EntryRow.ColumnsWithoutRecord} FROM entry WHERE idx < ? ORDER BY idx");
        rows.Bind(1, size);
        for (var index = 0L; index < size; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!rows.Step() || rows.GetNumber(0) != index)
            {
                throw new LedgerDamagedException($"entry {index} is missing in the ledger's database: nothing was written");
            }

            var envelope = EntryRow.Read(rows).Entry.Envelope;
            yield return (index, envelope, MerkleHash.Leaf(envelope.Span));
        }
    }
}
