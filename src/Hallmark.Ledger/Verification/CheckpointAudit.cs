using System.Globalization;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Ledger.Storage;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Verification;

/// <summary>
/// Holds every published checkpoint, in the database and as a file, against the tree as the entries go by. All of them are roots of one sequence of leaves then, so
/// that each is consistent with each.
/// </summary>
internal sealed class CheckpointAudit
{
    private readonly LedgerFolder _folder;
    private readonly SqliteSession _session;
    private PublishedCheckpoint? _next;

    public CheckpointAudit(LedgerFolder folder, LedgerIdentity identity, SqliteSession session)
    {
        _folder = folder;
        Keys = new LogKeyChain(identity.Key);
        _session = session;
        Latest = CheckpointRow.FindLatest(session);
        _next = CheckpointRow.FindNext(session, -1);
    }

    /// <summary>The newest checkpoint, or null.</summary>
    public PublishedCheckpoint? Latest { get; }

    /// <summary>The ledger's keys as far as its entries were read.</summary>
    public LogKeyChain Keys { get; private set; }

    /// <summary>How many were held against the tree.</summary>
    public long Count { get; private set; }

    /// <summary>The size before the one that is due next: entries below it are known to be good.</summary>
    public long LastGoodSize { get; private set; }

    /// <summary>Follows a handover of the ledger's key: the fault of an entry that claims to be one and does not hold.</summary>
    public LedgerFault? Follow(EntryRow row)
    {
        if (!KeyHandover.IsClaimedBy(row.Entry.Envelope.Span))
        {
            return null;
        }

        if (Keys.Add(row.Entry.Index, row.Entry.Envelope.Span, out var fault) is not { } longer)
        {
            return new LedgerFault(
                row.Entry.Index,
                row.Entry.EventId,
                "the entry claims to hand the ledger over to another key, and does not hold: " + fault
            );
        }

        Keys = longer;
        return null;
    }

    /// <summary>The fault of the checkpoint at this size, if one was published.</summary>
    public LedgerFault? At(CompactRange tree)
    {
        if (_next is null || (ulong)_next.Size > tree.Size)
        {
            return null;
        }

        var checkpoint = _next;
        if (FindFault(checkpoint, tree.Root) is { } fault)
        {
            return fault;
        }

        Count++;
        LastGoodSize = checkpoint.Size;
        _next = CheckpointRow.FindNext(_session, checkpoint.Size);
        return null;
    }

    /// <summary>Faults of checkpoints that lie beyond the entries, or that the database does not know.</summary>
    public LedgerFault? Finish(long entryCount)
    {
        if (_next is not null)
        {
            return new LedgerFault(
                entryCount,
                EventId: null,
                $"the entry is missing: a checkpoint of {_next.Size} entries was published, and the database ends before it"
            );
        }

        if (Directory.Exists(_folder.Checkpoints))
        {
            foreach (var path in Directory.EnumerateFiles(_folder.Checkpoints))
            {
                if (long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && !IsKnown(size))
                {
                    return new LedgerFault(
                        size > entryCount ? entryCount : null,
                        EventId: null,
                        $"the checkpoint of {size} entries in {path} is not known to the database: it is older than what was published"
                    );
                }
            }
        }

        if (Latest is null || !File.Exists(_folder.LatestCheckpoint))
        {
            return null;
        }

        return TryParse(ReadFile(_folder.LatestCheckpoint), previousSize: null, out var served, out var text) && IsKnown(served.Size)
            ? null
            : new LedgerFault(
                Index: null,
                EventId: null,
                $"the served checkpoint {_folder.LatestCheckpoint} is none that this ledger published: {text}"
            );
    }

    private LedgerFault? FindFault(PublishedCheckpoint checkpoint, TreeHash root)
    {
        if (!TryParse(checkpoint.Note, LastGoodSize, out var signed, out var why))
        {
            return new LedgerFault(
                Index: null,
                EventId: null,
                $"the checkpoint of {checkpoint.Size} entries in the database is not one of this ledger: {why}"
            );
        }

        if (signed.Size != checkpoint.Size || signed.Root != checkpoint.Root)
        {
            return new LedgerFault(
                Index: null,
                EventId: null,
                $"the checkpoint of {checkpoint.Size} entries in the database is not what was signed",
                $"{signed.Size} {signed.Root.Hex}",
                $"{checkpoint.Size} {checkpoint.Root.Hex}"
            );
        }

        if (signed.Root != root)
        {
            return new LedgerFault(
                LastGoodSize,
                EventId: null,
                $"one of the entries {LastGoodSize} to {checkpoint.Size - 1} is not what was signed: the root of the checkpoint of {checkpoint.Size} entries differs",
                signed.Root.Hex,
                root.Hex
            );
        }

        var path = _folder.Checkpoint(checkpoint.Size);
        if (!File.Exists(path))
        {
            // The newest one may be in the making, or be completed by the next start.
            return checkpoint.Size == Latest?.Size
                ? null
                : new LedgerFault(Index: null, EventId: null, $"the published checkpoint {path} is missing");
        }

        return ReadFile(path).AsSpan().SequenceEqual(checkpoint.Note.Span)
            ? null
            : new LedgerFault(Index: null, EventId: null, $"the published checkpoint {path} has other bytes than the database");
    }

    // A checkpoint may have been published since this reading began: ask once more, outside its snapshot.
    private bool IsKnown(long size)
    {
        if (CheckpointRow.Find(_session, size) is not null)
        {
            return true;
        }

        using var fresh = LedgerDatabase.OpenForReading(_folder);
        return CheckpointRow.Find(fresh, size) is not null;
    }

    private static byte[] ReadFile(string path) => new FileInfo(path).Length <= SignedNote.MaxSizeInBytes ? File.ReadAllBytes(path) : [];

    // The first checkpoint over a handover carries the retired key's signature too: whoever knows only that one can follow.
    private bool TryParse(
        ReadOnlyMemory<byte> bytes,
        long? previousSize,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Checkpoint? checkpoint,
        out string why
    )
    {
        checkpoint = null;
        try
        {
            var note = SignedNote.Parse(bytes);
            var parsed = Checkpoint.Parse(note.Text.Span);
            why = parsed.Origin != Keys.Origin ? "it has another origin" : FindFault(note, previousSize, parsed.Size) ?? "";
            checkpoint = why.Length == 0 ? parsed : null;
            return checkpoint is not null;
        }
        catch (NoteFormatException e)
        {
            why = e.Message;
            return false;
        }
    }

    private string? FindFault(SignedNote note, long? previousSize, long size)
    {
        var missing = previousSize is { } previous
            ? Keys.KeysBetween(previous, size).FirstOrDefault(key => !note.Verify(key).IsVerified)
            : null;
        return Keys.FindFault(note, size)
            ?? (missing is null ? null : $"it is the first one over a handover, and the retired key {missing} did not sign it");
    }
}
