using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Storage;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Verification;

/// <summary>Reads a whole ledger again and holds everything against everything: database, tiles, bundles and every published checkpoint. Writes nothing.</summary>
/// <remarks>Works beside a writer, on what was durable at the start. Memory does not grow with the ledger.</remarks>
public static class LedgerVerifier
{
    private const int ProgressStep = 4_096;

    /// <summary>Verifies a ledger.</summary>
    /// <param name="folder">The ledger's folder.</param>
    /// <param name="progress">Told of the number of entries read, now and then; or null.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="LedgerFormatException">There is no ledger, or its database cannot be read as one; the message names the entry where that can be told.</exception>
    /// <exception cref="UnavailableException">A file cannot be read.</exception>
    public static Task<LedgerVerification> VerifyAsync(string folder, IProgress<long>? progress, CancellationToken cancellationToken) =>
        Task.Run(() => Verify(new LedgerFolder(Path.GetFullPath(folder)), progress, cancellationToken), cancellationToken);

    private static LedgerVerification Verify(LedgerFolder folder, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var session = LedgerDatabase.OpenForReading(folder);
        var identity = LedgerDatabase.ReadIdentity(folder, session);
        var tree = new CompactRange();
        try
        {
            session.Execute("BEGIN");
            var checkpoints = new CheckpointAudit(folder, identity, session);
            var fault = ReadEntries(folder, session, tree, checkpoints, progress, cancellationToken);
            return new LedgerVerification((long)tree.Size, checkpoints.Count, tree.Root, checkpoints.Latest, fault)
            {
                Keys = checkpoints.Keys,
            };
        }
        catch (SqliteFailureException failure) when (failure.IsDamaged)
        {
            throw new LedgerFormatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the ledger's database {folder.Database} is damaged: entry {tree.Size} or what belongs to it cannot be read ({failure.Message})"
                ),
                failure,
                "restore the ledger's folder from a backup"
            );
        }
        catch (SqliteFailureException failure)
        {
            throw LedgerDatabase.Translate(folder, failure);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not SqliteFailureException))
        {
            throw new UnavailableException($"the ledger {folder.Path} cannot be read: {e.Message}", e);
        }
    }

    private static LedgerFault? ReadEntries(
        LedgerFolder folder,
        SqliteSession session,
        CompactRange tree,
        CheckpointAudit checkpoints,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        var published = checkpoints.Latest?.Size ?? 0;
        var entries = new EntryAudit(session, IndexedSize.Read(session, out var indexFault));
        var tiles = new TileAudit(folder, published);
        var rows = session.Prepare($"SELECT {EntryRow.Columns} FROM entry ORDER BY idx");
        while (rows.Step())
        {
            var index = (long)tree.Size;
            if (rows.GetNumber(0) != index)
            {
                return tiles.FindEarlier() ?? new LedgerFault(index, EventId: null, "the entry is missing in the database");
            }

            EntryRow row;
            try
            {
                row = EntryRow.Read(rows);
            }
            catch (LedgerFormatException e)
            {
                return tiles.FindEarlier() ?? new LedgerFault(index, EventId: null, e.Message);
            }

            var leaf = MerkleHash.Leaf(row.Entry.Envelope.Span);
            if (entries.Find(row, leaf) is { } fault)
            {
                return tiles.FindEarlier() ?? fault;
            }

            tree.Append(leaf);
            if ((tiles.Add(row, leaf) ?? Earlier(tiles, checkpoints.Follow(row) ?? checkpoints.At(tree))) is { } later)
            {
                return later;
            }

            if (tree.Size % ProgressStep == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report((long)tree.Size);
            }
        }

        progress?.Report((long)tree.Size);
        return checkpoints.Finish((long)tree.Size) is { } missing
            ? Earlier(tiles, missing)
            : tiles.Finish()
                ?? entries.FindChainFault()
                ?? (indexFault is null ? null : new LedgerFault((long)tree.Size, EventId: null, indexFault));
    }

    // A fault that was found late may have its cause in an entry that only the tiles name.
    private static LedgerFault? Earlier(TileAudit tiles, LedgerFault? fault) => fault is null ? null : tiles.FindEarlier() ?? fault;
}
