using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Ledger.Tiles;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>Where an earlier process stopped publishing, checked against everything that it has signed last.</summary>
/// <param name="Edge">The tree at the newest checkpoint.</param>
/// <param name="Latest">The newest checkpoint, or null.</param>
/// <param name="IsIncomplete">True where the files of the newest checkpoint are still to be written.</param>
internal sealed record PublishedState(TileEdge Edge, PublishedCheckpoint? Latest, bool IsIncomplete)
{
    private const int MaxNoteSize = 1 << 20;

    /// <summary>Loads the state.</summary>
    /// <exception cref="LedgerDamagedException">Database, tiles and checkpoints disagree: signing on would fork the log.</exception>
    public static PublishedState Load(LedgerFolder folder, SqliteSession session, LogKeyChain keys, long entryCount)
    {
        var latest = CheckpointRow.FindLatest(session);
        var served = ReadServed(folder, keys);
        if (latest is null)
        {
            return served is null
                ? new PublishedState(new TileEdge(), Latest: null, IsIncomplete: false)
                : throw new LedgerDamagedException(
                    $"a checkpoint of {served.Size} entries is published, and the ledger's database knows of none: it is older than what was published"
                );
        }

        CheckSigned(keys, latest);
        if (latest.Size > entryCount)
        {
            throw new LedgerDamagedException(
                $"the ledger has published a checkpoint of {latest.Size} entries, and its database has {entryCount}"
            );
        }

        if (served is not null && served.Size > latest.Size)
        {
            throw new LedgerDamagedException(
                $"a checkpoint of {served.Size} entries is published, and the ledger's database knows of {latest.Size} only: it is older than what was published"
            );
        }

        if (served is not null && CheckpointRow.Find(session, served.Size) is var known && known?.Root != served.Root)
        {
            throw new LedgerDamagedException(
                $"the published checkpoint of {served.Size} entries is not the one that the ledger's database knows"
            );
        }

        var edge = TileEdge.Load(latest.Size, (level, number, width) => TileReader.ReadTile(folder, level, number, width));
        if (edge.FindRoot() != latest.Root)
        {
            throw new LedgerDamagedException($"the published tiles do not lead to the root of the checkpoint of {latest.Size} entries");
        }

        CheckLastEntries(folder, session, edge);
        return new PublishedState(edge, latest, served?.Size != latest.Size || !File.Exists(folder.Checkpoint(latest.Size)));
    }

    /// <summary>Checks a checkpoint of the database against its own note.</summary>
    /// <exception cref="LedgerDamagedException">The note is not signed by the ledger's key, or says something else.</exception>
    public static void CheckSigned(LogKeyChain keys, PublishedCheckpoint row)
    {
        var checkpoint = Parse(row.Note, keys, $"the checkpoint of {row.Size} entries in the ledger's database");
        if (checkpoint.Size != row.Size || checkpoint.Root != row.Root)
        {
            throw new LedgerDamagedException($"the checkpoint of {row.Size} entries in the ledger's database is not what was signed");
        }
    }

    private static Checkpoint? ReadServed(LedgerFolder folder, LogKeyChain keys)
    {
        if (!File.Exists(folder.LatestCheckpoint))
        {
            return null;
        }

        return new FileInfo(folder.LatestCheckpoint).Length <= MaxNoteSize
            ? Parse(File.ReadAllBytes(folder.LatestCheckpoint), keys, $"the published checkpoint {folder.LatestCheckpoint}")
            : throw new LedgerDamagedException($"{folder.LatestCheckpoint} is no checkpoint");
    }

    private static Checkpoint Parse(ReadOnlyMemory<byte> bytes, LogKeyChain keys, string what)
    {
        try
        {
            var note = SignedNote.Parse(bytes);
            var checkpoint = Checkpoint.Parse(note.Text.Span);
            var fault = checkpoint.Origin == keys.Origin ? keys.FindFault(note, checkpoint.Size) : $"it is of {checkpoint.Origin}";
            return fault is null ? checkpoint : throw new LedgerDamagedException($"{what} is not signed by this ledger's key: {fault}");
        }
        catch (NoteFormatException e)
        {
            throw new LedgerDamagedException($"{what} cannot be read: {e.Message}");
        }
    }

    // The last tile's entries against the database. All the others are the business of "ledger verify": a start must not read the whole ledger.
    private static void CheckLastEntries(LedgerFolder folder, SqliteSession session, TileEdge edge)
    {
        var number = (edge.Size - 1) / TilePath.FullWidth;
        var first = number * TilePath.FullWidth;
        var width = (int)(edge.Size - first);
        var hashes = width == TilePath.FullWidth ? TileReader.ReadTile(folder, 0, number, width) : edge.HashesOf(0);
        var rows = session.PrepareCached($"SELECT {EntryRow.ColumnsWithoutRecord} FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx");
        rows.Bind(1, first).Bind(2, edge.Size);
        for (var i = 0; i < width; i++)
        {
            if (!rows.Step() || rows.GetNumber(0) != first + i || MerkleHash.Leaf(EntryRow.Read(rows).Entry.Envelope.Span) != hashes[i])
            {
                rows.Reset();
                throw new LedgerDamagedException($"entry {first + i} in the ledger's database is not the one that was published");
            }
        }

        rows.Reset();
    }
}
