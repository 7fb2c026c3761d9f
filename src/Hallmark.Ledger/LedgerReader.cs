using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Outbox;
using Hallmark.Ledger.Receipts;
using Hallmark.Ledger.Storage;
using Hallmark.Ledger.Tiles;
using Hallmark.Sqlite;

namespace Hallmark.Ledger;

/// <summary>Questions to a ledger. Needs no key and no lock, works beside a writer in another process. Safe for use by several threads.</summary>
public sealed class LedgerReader : IEventLogReader, IDisposable
{
    private const int PageSize = 256;
    private readonly LedgerFolder _folder;
    private readonly LedgerIdentity _identity;
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private bool _isDisposed;

    internal LedgerReader(LedgerFolder folder, LedgerIdentity identity)
    {
        _folder = folder;
        _identity = identity;
        Outbox = new OutboxReader(this);
        Receipts = new ReceiptReader(this);
    }

    /// <summary>Questions to the outbox.</summary>
    public OutboxReader Outbox { get; }

    /// <summary>What anchors gave back.</summary>
    public ReceiptReader Receipts { get; }

    /// <summary>The log's name in its checkpoints.</summary>
    public string Origin => _identity.Origin;

    /// <summary>The key that the ledger was made with, as <c>name+id+base64</c>: it verifies the checkpoints up to the first handover, see <see cref="FindKeysAsync"/>.</summary>
    public string VerifierKey => _identity.Key.ToString();

    /// <summary>The keys of the checkpoints, from the one that the ledger was made with to the one in force now.</summary>
    /// <exception cref="LedgerDamagedException">An entry claims to be a handover, and does not hold.</exception>
    public Task<LogKeyChain> FindKeysAsync(CancellationToken cancellationToken) =>
        QueryAsync(session => LedgerKeys.Load(session, _identity), cancellationToken);

    /// <summary>When the ledger was made.</summary>
    public DateTimeOffset CreatedAt => _identity.CreatedAt;

    /// <summary>Opens a ledger to read.</summary>
    /// <param name="folder">The ledger's folder.</param>
    /// <exception cref="LedgerFormatException">There is no ledger, or its database is damaged.</exception>
    /// <exception cref="UnavailableException">The database cannot be read.</exception>
    public static LedgerReader Open(string folder)
    {
        var place = new LedgerFolder(Path.GetFullPath(folder));
        var session = LedgerDatabase.OpenForReading(place);
        try
        {
            var reader = new LedgerReader(place, LedgerDatabase.ReadIdentity(place, session));
            reader._idle.Add(session);
            return reader;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether a ledger was made in a folder. A process that died before the ledger was made leaves a folder with a lock and nothing else: that is none.
    /// Where the database is gone but anything published is there, a ledger was made, and is damaged.
    /// </summary>
    public static bool Exists(string folder)
    {
        var place = new LedgerFolder(Path.GetFullPath(folder));
        return File.Exists(place.Database)
            || File.Exists(place.Config)
            || Directory.Exists(place.Checkpoints)
            || Directory.Exists(place.Public);
    }

    /// <summary>How many entries are durable.</summary>
    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        QueryAsync(session => session.ReadNumber("SELECT max(idx) + 1 FROM entry"), cancellationToken);

    /// <inheritdoc cref="IEventLogReader.FindChainHeadAsync" />
    public Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken) =>
        QueryAsync(
            session =>
            {
                var row = session
                    .PrepareCached("SELECT e.payload_hash FROM chain c JOIN entry e ON e.idx = c.idx WHERE c.name = ?")
                    .Bind(1, chain);
                var head = row.Step() ? Convert.ToHexStringLower(row.GetBytes(0)) : null;
                row.Reset();
                return head;
            },
            cancellationToken
        );

    /// <summary>The entry at an index, or null where there is none.</summary>
    public Task<LoggedEntry?> FindByIndexAsync(long index, CancellationToken cancellationToken) =>
        QueryAsync(session => ReadEntry(session, index)?.Entry, cancellationToken);

    /// <inheritdoc cref="IEventLogReader.FindByEventIdAsync" />
    public Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken) =>
        QueryAsync(
            session =>
                EntryLookup.Find(session, LookupKind.EventId, LookupKey.Of(eventId), "event_id = ?3", row => row.Bind(3, eventId))
                    is [var entry, ..]
                    ? entry
                    : null,
            cancellationToken
        );

    /// <inheritdoc cref="IEventLogReader.FindByPayloadHashAsync" />
    /// <exception cref="BadInputException">The hash is not 64 hex digits.</exception>
    public Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken)
    {
        if (!TreeHash.TryParseHex(payloadHash, out var hash))
        {
            throw new BadInputException($"\"{payloadHash}\" is not a payload hash of 64 hex digits");
        }

        return QueryAsync<IReadOnlyList<LoggedEntry>>(
            session =>
                EntryLookup.Find(session, LookupKind.PayloadHash, LookupKey.Of(hash), "payload_hash = ?3", row => row.Bind(3, hash.Bytes)),
            cancellationToken
        );
    }

    /// <inheritdoc cref="IEventLogReader.FindBySubjectAsync" />
    public Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken) =>
        QueryAsync<IReadOnlyList<LoggedEntry>>(session => EntryLookup.FindBySubject(session, subjectKey), cancellationToken);

    /// <summary>Entries in order.</summary>
    /// <param name="from">The first index.</param>
    /// <param name="to">The index after the last one; entries that are not there are left out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<LoggedEntry> ReadRangeAsync(
        long from,
        long to,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var next = from; next < to; )
        {
            var start = next;
            var page = await QueryAsync(session => ReadPage(session, start, to), cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            next = page[^1].Index + 1;
        }
    }

    /// <summary>The newest checkpoint, or null where none was published yet.</summary>
    public Task<PublishedCheckpoint?> FindLatestCheckpointAsync(CancellationToken cancellationToken) =>
        QueryAsync(CheckpointRow.FindLatest, cancellationToken);

    /// <summary>The checkpoint of exactly this size, or null.</summary>
    public Task<PublishedCheckpoint?> FindCheckpointAsync(long size, CancellationToken cancellationToken) =>
        QueryAsync(session => CheckpointRow.Find(session, size), cancellationToken);

    /// <summary>The first checkpoint of more than this size, or null; to go through all of them.</summary>
    public Task<PublishedCheckpoint?> FindNextCheckpointAsync(long size, CancellationToken cancellationToken) =>
        QueryAsync(session => CheckpointRow.FindNext(session, size), cancellationToken);

    /// <summary>The root over the first entries.</summary>
    /// <param name="size">0 up to the size of the newest checkpoint.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BadInputException">The size is negative or not published yet.</exception>
    /// <exception cref="LedgerDamagedException">The tiles do not lead to the published root.</exception>
    public async Task<TreeHash> FindRootAsync(long size, CancellationToken cancellationToken)
    {
        var latest = await ReadLatestAsync(size, cancellationToken).ConfigureAwait(false);
        return await ReadRootAsync(new MerkleTreeReader(new TileReader(_folder, latest.Size)), size, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Makes the proof that an entry is in the tree of a size, checked against the entry and the checkpoint before it is given away.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="size">The tree's size, at most that of the newest checkpoint; null for that one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BadInputException">There is no such entry, or it is not in a tree of that size.</exception>
    /// <exception cref="LedgerDamagedException">Entry, tiles and checkpoint do not fit each other.</exception>
    public async Task<InclusionProof> ProveInclusionAsync(long index, long? size, CancellationToken cancellationToken)
    {
        var latest = await ReadLatestAsync(size ?? 0, cancellationToken).ConfigureAwait(false);
        var treeSize = size ?? latest.Size;
        if (index < 0 || index >= treeSize)
        {
            throw new BadInputException($"entry {index} is not in the tree of the first {treeSize} entries");
        }

        var row =
            await QueryAsync(session => ReadEntry(session, index), cancellationToken).ConfigureAwait(false)
            ?? throw new LedgerDamagedException($"entry {index} is missing in the ledger's database");
        var tree = new MerkleTreeReader(new TileReader(_folder, latest.Size));
        var proof = tree.ReadInclusionProof((ulong)index, (ulong)treeSize);
        var root = await ReadRootAsync(tree, treeSize, cancellationToken).ConfigureAwait(false);
        return proof.Verifies(MerkleHash.Leaf(row.Entry.Envelope.Span), root)
            ? proof
            : throw new LedgerDamagedException($"entry {index} in the ledger's database is not the one that was published");
    }

    /// <summary>Makes the proof that an earlier tree is the beginning of a later one.</summary>
    /// <param name="oldSize">1 up to <paramref name="newSize"/>.</param>
    /// <param name="newSize">At most the size of the newest checkpoint.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BadInputException">The sizes are no such sizes.</exception>
    /// <exception cref="LedgerDamagedException">The tiles do not lead to the published roots.</exception>
    public async Task<ConsistencyProof> ProveConsistencyAsync(long oldSize, long newSize, CancellationToken cancellationToken)
    {
        var latest = await ReadLatestAsync(newSize, cancellationToken).ConfigureAwait(false);
        if (oldSize < 1 || oldSize > newSize)
        {
            throw new BadInputException(
                $"a consistency proof goes from 1 or more entries to as many or more, not from {oldSize} to {newSize}"
            );
        }

        var tree = new MerkleTreeReader(new TileReader(_folder, latest.Size));
        var proof = tree.ReadConsistencyProof((ulong)oldSize, (ulong)newSize);
        var oldRoot = await ReadRootAsync(tree, oldSize, cancellationToken).ConfigureAwait(false);
        var newRoot = await ReadRootAsync(tree, newSize, cancellationToken).ConfigureAwait(false);
        return proof.Verifies(oldRoot, newRoot) ? proof : throw new LedgerDamagedException("the published tiles do not fit each other");
    }

    /// <summary>Closes the database.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    internal LedgerFolder Folder => _folder;

    internal LedgerIdentity Identity => _identity;

    // SQLite answers from the page cache or a local disk: on the caller's thread, since a hop to another one costs more than the question.
    internal Task<T> QueryAsync<T>(Func<SqliteSession, T> query, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var session = _idle.TryTake(out var idle) ? idle : LedgerDatabase.OpenForReading(_folder);
        try
        {
            return Task.FromResult(query(session));
        }
        catch (SqliteFailureException failure)
        {
            return Task.FromException<T>(LedgerDatabase.Translate(_folder, failure));
        }
        catch (HallmarkException failure)
        {
            return Task.FromException<T>(failure);
        }
        finally
        {
            if (_isDisposed)
            {
                session.Dispose();
            }
            else
            {
                _idle.Add(session);
            }
        }
    }

    private static EntryRow? ReadEntry(SqliteSession session, long index)
    {
        var row = session.PrepareCached($"SELECT {EntryRow.Columns} FROM entry WHERE idx = ?").Bind(1, index);
        return row.Step() ? ReadAndReset(row) : null;
    }

    private static EntryRow ReadAndReset(SqliteStatement row)
    {
        try
        {
            return EntryRow.Read(row);
        }
        finally
        {
            row.Reset();
        }
    }

    private static List<LoggedEntry> ReadPage(SqliteSession session, long from, long to)
    {
        var rows = session.PrepareCached($"SELECT {EntryRow.Columns} FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT {PageSize}");
        rows.Bind(1, from).Bind(2, to);
        var page = new List<LoggedEntry>();
        try
        {
            while (rows.Step())
            {
                page.Add(EntryRow.Read(rows).Entry);
            }
        }
        finally
        {
            rows.Reset();
        }

        return page;
    }

    private async Task<PublishedCheckpoint> ReadLatestAsync(long size, CancellationToken cancellationToken)
    {
        var latest =
            await FindLatestCheckpointAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new BadInputException(
                $"the ledger {_folder.Path} has no checkpoint yet",
                "append something, or publish what is logged: hallmark outbox drain"
            );
        return size >= 0 && size <= latest.Size
            ? latest
            : throw new BadInputException(
                $"the newest checkpoint covers {latest.Size} entries, not {size}",
                "publish all that is logged: hallmark outbox drain"
            );
    }

    private async Task<TreeHash> ReadRootAsync(MerkleTreeReader tree, long size, CancellationToken cancellationToken)
    {
        var root = tree.ReadRoot((ulong)size);
        var published = await FindCheckpointAsync(size, cancellationToken).ConfigureAwait(false);
        return published is null || published.Root == root
            ? root
            : throw new LedgerDamagedException($"the published tiles do not lead to the root of the checkpoint of {size} entries");
    }
}
