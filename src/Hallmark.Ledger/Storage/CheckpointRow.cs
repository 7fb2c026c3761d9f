using Hallmark.Core.Merkle;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>Reads checkpoints from the database.</summary>
internal static class CheckpointRow
{
    private const string Columns = "size, root, note, published_at";

    /// <summary>The newest checkpoint, or null.</summary>
    public static PublishedCheckpoint? FindLatest(SqliteSession session) =>
        Read(session.PrepareCached($"SELECT {Columns} FROM checkpoint ORDER BY size DESC LIMIT 1"));

    /// <summary>The checkpoint of a size, or null.</summary>
    public static PublishedCheckpoint? Find(SqliteSession session, long size) =>
        Read(session.PrepareCached($"SELECT {Columns} FROM checkpoint WHERE size = ?").Bind(1, size));

    /// <summary>The first checkpoint above a size, or null.</summary>
    public static PublishedCheckpoint? FindNext(SqliteSession session, long size) =>
        Read(session.PrepareCached($"SELECT {Columns} FROM checkpoint WHERE size > ? ORDER BY size LIMIT 1").Bind(1, size));

    private static PublishedCheckpoint? Read(SqliteStatement row)
    {
        if (!row.Step())
        {
            return null;
        }

        if (row.GetSize(1) != TreeHash.SizeInBytes || row.GetSize(2) > Core.Notes.SignedNote.MaxSizeInBytes)
        {
            row.Reset();
            throw new LedgerFormatException("a checkpoint in the ledger's database has columns of a wrong size");
        }

        var checkpoint = new PublishedCheckpoint(
            row.GetNumber(0),
            new TreeHash(row.GetBytes(1)),
            row.GetBytes(2).ToArray(),
            UnixTime.FromMicroseconds(row.GetNumber(3))
        );
        row.Reset();
        return checkpoint;
    }
}
