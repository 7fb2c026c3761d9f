using Hallmark.Core.Events;
using Hallmark.Core.Merkle;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>The prepared statements of the writing thread, and what it must remember between transactions. Used by that thread only.</summary>
internal sealed class LedgerStatements
{
    private readonly SqliteStatement _findByKey;
    private readonly SqliteStatement _readEntry;
    private readonly SqliteStatement _insertEntry;
    private readonly SqliteStatement _findChain;
    private readonly SqliteStatement _setChain;
    private readonly SqliteStatement _insertLookup;
    private readonly SqliteStatement _setIndexed;
    private readonly SqliteStatement _insertCheckpoint;
    private readonly SqliteStatement _lastCheckpoint;
    private readonly SqliteStatement _insertWork;

    public LedgerStatements(SqliteSession session)
    {
        Session = session;
        _findByKey = session.Prepare("SELECT idx FROM lookup WHERE kind = ? AND key = ? ORDER BY idx");
        _readEntry = session.Prepare($"SELECT {EntryRow.Columns} FROM entry WHERE idx = ?");
        _insertEntry = session.Prepare($"INSERT INTO entry ({EntryRow.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _findChain = session.Prepare("SELECT e.payload_hash FROM chain c JOIN entry e ON e.idx = c.idx WHERE c.name = ?");
        _setChain = session.Prepare("INSERT INTO chain (name, idx) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET idx = excluded.idx");
        _insertLookup = session.Prepare("INSERT OR IGNORE INTO lookup (kind, key, idx) VALUES (?, ?, ?)");
        _setIndexed = session.Prepare(IndexedSize.Raise);
        _insertCheckpoint = session.Prepare("INSERT INTO checkpoint (size, root, note, published_at) VALUES (?, ?, ?, ?)");
        _lastCheckpoint = session.Prepare("SELECT max(size) FROM checkpoint");
        _insertWork = session.Prepare(
            "INSERT INTO outbox (kind, body, entry, state, attempts, created_at, due_at, last_error) VALUES (?, ?, ?, 0, 0, ?, ?, NULL)"
        );
        Begin = session.Prepare("BEGIN IMMEDIATE");
        Commit = session.Prepare("COMMIT");
        NextIndex = CountEntries();
    }

    /// <summary>The session, for statements that are not worth keeping.</summary>
    public SqliteSession Session { get; }

    /// <summary>Starts a transaction.</summary>
    public SqliteStatement Begin { get; }

    /// <summary>Makes a transaction durable.</summary>
    public SqliteStatement Commit { get; }

    /// <summary>The index of the next entry: how many there are, those of the open transaction included.</summary>
    public long NextIndex { get; set; }

    /// <summary>The time of the open transaction, in microseconds.</summary>
    public long Now { get; set; }

    /// <summary>Entries that the lookup table does not hold yet.</summary>
    public RecentEntries Recent { get; } = new();

    /// <summary>Looks how many entries there are, since another process has written. What is remembered of those that were there before stays: entries never change.</summary>
    public void Restart() => NextIndex = CountEntries();

    /// <summary>Notes the entries that are neither known nor in the lookup table.</summary>
    public void LoadRecent()
    {
        var rows = Session.PrepareCached($"SELECT {EntryRow.ColumnsWithoutRecord} FROM entry WHERE idx >= ? ORDER BY idx");
        rows.Bind(1, Math.Max(Recent.End, IndexedSize.Read(Session)));
        try
        {
            while (rows.Step())
            {
                var row = EntryRow.Read(rows);
                var entry = row.Entry;
                _ = SubmissionCheck.FindMismatch(
                    entry.Envelope.Span,
                    entry.EventId,
                    entry.EventType,
                    entry.PayloadHash,
                    out var namesEventId
                );
                var hash = Convert.FromHexString(entry.PayloadHash);
                Recent.Add(EntryNames.Of(entry.EventId, row.Leaf, namesEventId, hash, entry.SubjectKey), entry.Index);
                Recent.Keep();
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    /// <summary>The entry of this event id or of this envelope, if there is one.</summary>
    /// <param name="eventId">The event id.</param>
    /// <param name="leaf">The envelope's leaf hash.</param>
    /// <param name="names">The keys of both.</param>
    public EntryRow? FindTwin(string eventId, in TreeHash leaf, in EntryNames names) =>
        FindByEventId(eventId, Recent.FindByEventId(names.EventIdKey))
        ?? FindByEventId(eventId, FindByKey(LookupKind.EventId, names.EventIdKey))
        ?? (
            names.LeafKey is { } key ? FindByLeaf(leaf, Recent.FindByLeaf(key)) ?? FindByLeaf(leaf, FindByKey(LookupKind.Leaf, key)) : null
        );

    /// <summary>The payload hash of a chain's newest entry.</summary>
    public string? FindChainHead(string chain)
    {
        _findChain.Bind(1, chain);
        if (!_findChain.Step())
        {
            return null;
        }

        var head = Convert.ToHexStringLower(_findChain.GetBytes(0));
        _findChain.Reset();
        return head;
    }

    /// <summary>Inserts the next entry with its chain head and its outbox work.</summary>
    public void InsertEntry(
        in TreeHash leaf,
        EventSubmission submission,
        ReadOnlySpan<byte> payloadHash,
        ReadOnlySpan<byte> envelope,
        in EntryNames names
    )
    {
        var index = NextIndex;
        _insertEntry
            .Bind(1, index)
            .Bind(2, leaf.Bytes)
            .Bind(3, submission.EventId)
            .Bind(4, submission.EventType)
            .Bind(5, payloadHash)
            .Bind(6, submission.SubjectKey)
            .Bind(7, submission.Chain?.Chain)
            .Bind(8, Now)
            .Bind(9, envelope);
        if (submission.Record is { } record)
        {
            _insertEntry.Bind(10, record.Span);
        }
        else
        {
            _insertEntry.BindNull(10);
        }

        _insertEntry.Run();
        if (submission.Chain is { } chain)
        {
            _setChain.Bind(1, chain.Chain).Bind(2, index).Run();
        }

        for (var i = 0; i < submission.Work.Count; i++)
        {
            InsertWork(submission.Work[i], index);
        }

        Recent.Add(names, index);
        NextIndex = index + 1;
    }

    /// <summary>Inserts outbox work, due now.</summary>
    public void InsertWork(OutboxWork work, long? entry)
    {
        _insertWork.Bind(1, work.Kind).Bind(2, work.Body.Span);
        if (entry is { } index)
        {
            _insertWork.Bind(3, index);
        }
        else
        {
            _insertWork.BindNull(3);
        }

        _insertWork.Bind(4, Now).Bind(5, Now).Run();
    }

    /// <summary>Puts entries into the lookup table; those that are there already stay.</summary>
    public void InsertLookups(ReadOnlySpan<LookupKey> keys)
    {
        foreach (var key in keys)
        {
            _insertLookup.Bind(1, (long)key.Kind).Bind(2, key.Key).Bind(3, key.Index).Run();
        }
    }

    /// <summary>Notes that the lookup table holds all entries below this size.</summary>
    public void SetIndexed(long size) => _setIndexed.Bind(1, size).Run();

    /// <summary>Notes a checkpoint as published.</summary>
    /// <exception cref="LedgerDamagedException">A checkpoint of this size or a larger one is there.</exception>
    public void InsertCheckpoint(long size, in TreeHash root, ReadOnlySpan<byte> note)
    {
        _lastCheckpoint.Step();
        var isNewer = _lastCheckpoint.IsNull(0) || _lastCheckpoint.GetNumber(0) < size;
        _lastCheckpoint.Reset();
        if (!isNewer)
        {
            throw new LedgerDamagedException(
                $"the ledger has a checkpoint of {size} entries or more already, and no second one of that size is ever signed"
            );
        }

        _insertCheckpoint.Bind(1, size).Bind(2, root.Bytes).Bind(3, note).Bind(4, Now).Run();
    }

    private long CountEntries() => Session.ReadNumber("SELECT max(idx) + 1 FROM entry");

    private EntryRow? FindByEventId(string eventId, IEnumerable<long> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (ReadEntry(candidate) is { } row && row.Entry.EventId == eventId)
            {
                return row;
            }
        }

        return null;
    }

    private EntryRow? FindByLeaf(in TreeHash leaf, IEnumerable<long> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (ReadEntry(candidate) is { } row && row.Leaf == leaf)
            {
                return row;
            }
        }

        return null;
    }

    private List<long> FindByKey(LookupKind kind, long key)
    {
        _findByKey.Bind(1, (long)kind).Bind(2, key);
        if (!_findByKey.Step())
        {
            return [];
        }

        var found = new List<long>();
        do
        {
            found.Add(_findByKey.GetNumber(0));
        } while (_findByKey.Step());
        return found;
    }

    private EntryRow? ReadEntry(long index)
    {
        _readEntry.Bind(1, index);
        if (!_readEntry.Step())
        {
            return null;
        }

        var row = EntryRow.Read(_readEntry);
        _readEntry.Reset();
        return row;
    }
}
