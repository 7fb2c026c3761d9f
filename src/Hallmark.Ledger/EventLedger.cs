using Hallmark.Core.Checkpoints;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Ledger.Outbox;
using Hallmark.Ledger.Publishing;
using Hallmark.Ledger.Receipts;
using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger;

/// <summary>
/// The ordered, append-only, tamper-evident log of envelopes on this machine, opened to write. Several processes may have it open: they write by turns, each as long as it
/// has something to write and no other waits; any number may read with <see cref="LedgerReader"/>. An append is answered when it is on disk; tiles and a signed checkpoint
/// follow within a second, and on disposal. Safe for use by several threads.
/// </summary>
public sealed class EventLedger : IEventLog, IAsyncDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(800); // with what a busy machine adds, a second
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(10);
    private readonly LedgerWriter _writer;
    private readonly Publisher _publisher;
    private readonly LookupIndexer _indexer;
    private readonly LedgerReader _reader;
    private readonly LedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly LedgerTask _publishing = new("no checkpoint could be made");
    private readonly LedgerTask _indexing = new("the lookup table could not be written");
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _background = Task.CompletedTask;
    private int _isDisposed;

    private EventLedger(OpenedLedger opened, LedgerOptions options, TimeProvider time)
    {
        _writer = opened.Writer;
        _publisher = opened.Publisher;
        _indexer = opened.Indexer;
        _reader = opened.Reader;
        _options = options;
        _time = time;
        Outbox = new LedgerOutbox(_writer, _reader.Outbox);
        Receipts = new LedgerReceipts(_writer, _reader.Receipts);
    }

    /// <summary>Questions to the ledger; lives as long as this object.</summary>
    public LedgerReader Reader => _reader;

    /// <summary>Work that became durable with entries and checkpoints and is still to be done.</summary>
    public LedgerOutbox Outbox { get; }

    /// <summary>What anchors gave back.</summary>
    public LedgerReceipts Receipts { get; }

    /// <summary>How many entries are durable, as of this process's last turn to write.</summary>
    public long Count => _writer.Size;

    /// <summary>The newest checkpoint, or null where none was published yet; as of this process's last turn to write.</summary>
    public PublishedCheckpoint? LatestCheckpoint => _publisher.Latest;

    /// <summary>Why checkpoints are not published at the moment, or null. A damaged ledger takes no more appends; on other faults publishing is tried again.</summary>
    public HallmarkException? Fault => _publishing.Fault ?? _indexing.Fault;

    /// <summary>Opens a ledger to write, or makes it. Completes what an earlier process left unpublished.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="signer">Signs the checkpoints; for an existing ledger the key it was made with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting for another process.</param>
    /// <exception cref="LedgerFormatException">The folder holds something else, or a damaged database.</exception>
    /// <exception cref="LedgerDamagedException">The database disagrees with a published checkpoint.</exception>
    /// <exception cref="BadInputException">The key or the origin is not the ledger's.</exception>
    /// <exception cref="UnavailableException">Another process writes the ledger and does not stop, or the disk refuses.</exception>
    public static async Task<EventLedger> OpenAsync(
        LedgerOptions options,
        ISigner signer,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var opened = await OpenedLedger.OpenAsync(options, signer, time, cancellationToken).ConfigureAwait(false);
        var ledger = new EventLedger(opened, options, time);
        if (options.PublishesByItself)
        {
            ledger.Wake();
            ledger._background = Task.Run(ledger.PublishInBackgroundAsync, CancellationToken.None);
        }

        return ledger;
    }

    /// <inheritdoc />
    /// <exception cref="BadInputException">The submission is too large, or its parts do not fit each other.</exception>
    /// <exception cref="EventIdTakenException">The event id stands in the ledger with another envelope.</exception>
    /// <exception cref="LedgerDamagedException">The ledger was found to be damaged.</exception>
    /// <exception cref="UnavailableException">Another process writes and does not stop, or the disk refuses; nothing was appended.</exception>
    public async Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        ThrowIfClosedTo(cancellationToken);
        var write = new AppendWrite(new CheckedAppend(submission));
        _writer.Enqueue(write);

        // Not cancellable from here on: a caller that gave up would not know whether the entry stands.
        var entry = await write.Task.ConfigureAwait(false);
        Wake();
        return entry;
    }

    /// <inheritdoc />
    /// <exception cref="LedgerDamagedException">The ledger was found to be damaged; nothing was appended.</exception>
    public async Task<IReadOnlyList<AppendOutcome>> AppendAllAsync(
        IReadOnlyList<EventSubmission> submissions,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(submissions);
        ThrowIfClosedTo(cancellationToken);
        var outcomes = await BatchAppend.RunAsync(_writer, submissions, _options.MaxBatch).ConfigureAwait(false);
        Wake();
        return outcomes;
    }

    /// <inheritdoc />
    public Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken) =>
        _reader.FindChainHeadAsync(chain, cancellationToken);

    /// <inheritdoc />
    public Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken) =>
        _reader.FindByEventIdAsync(eventId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken) =>
        _reader.FindByPayloadHashAsync(payloadHash, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken) =>
        _reader.FindBySubjectAsync(subjectKey, cancellationToken);

    /// <summary>The keys of the checkpoints, from the one that the ledger was made with to the one in force.</summary>
    public LogKeyChain Keys => _publisher.Signers.Keys;

    /// <summary>
    /// Hands the ledger over to another checkpoint key: appends an entry that the key in force signs and the successor accepts, and publishes the first checkpoint over it, signed
    /// by both. From then on the successor alone signs. The entry is what decides: a process that dies before the checkpoint leaves a ledger of the successor's, whose next start
    /// completes it (<see cref="LedgerOptions.FindRetiredKey"/>).
    /// </summary>
    /// <param name="successor">The key that follows; must be kept safe before this is called.</param>
    /// <param name="ids">Names the event.</param>
    /// <param name="cancellationToken">Ends the waiting before anything was appended.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="BadInputException">The key is in force already, or was retired before.</exception>
    /// <exception cref="LedgerDamagedException">The ledger was found to be damaged; nothing was appended.</exception>
    /// <exception cref="UnavailableException">The disk refuses. What was appended stands, and is completed later.</exception>
    public async Task<LoggedEntry> HandOverKeyAsync(ISigner successor, IEventIds ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(successor);
        ArgumentNullException.ThrowIfNull(ids);
        ThrowIfClosedTo(cancellationToken);
        return await _publishing.RunAsync(() => HandOverAsync(successor, ids), cancellationToken).ConfigureAwait(false)
            ?? throw new BadInputException(
                $"the key {successor.PublicKey.Hex} signs or has signed the ledger {Keys.Origin}: it cannot follow itself, and none comes back",
                "name a key that is new to this ledger: hallmark ledger rotate-key NAME"
            );
    }

    /// <summary>Publishes tiles and a checkpoint for all that is durable now, without waiting for the interval.</summary>
    /// <returns>The newest checkpoint; null where the ledger is empty.</returns>
    /// <exception cref="LedgerDamagedException">The database disagrees with itself or with published files: nothing was signed.</exception>
    /// <exception cref="UnavailableException">The disk refuses.</exception>
    public async Task<PublishedCheckpoint?> PublishAsync(CancellationToken cancellationToken)
    {
        var latest = await PublishOnlyAsync(cancellationToken).ConfigureAwait(false);
        if (_indexer.HasWork)
        {
            _ = await IndexAsync().ConfigureAwait(false);
        }

        return latest;
    }

    /// <summary>Publishes what this process has not published yet, closes the database and lets the next process write.</summary>
    /// <exception cref="HallmarkException">The last checkpoint could not be published. All appends that were answered are on disk; the next start publishes them.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _background.ConfigureAwait(false);
        try
        {
            if (_publisher.HasWork || _indexer.HasWork || Fault is not null)
            {
                _ = await PublishAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            _publisher.Close();
            _reader.Dispose();
            _writer.Dispose();
            _stopping.Dispose();
            _publishing.Dispose();
            _indexing.Dispose();
            _work.Dispose();
        }
    }

    private Task<PublishedCheckpoint?> PublishOnlyAsync(CancellationToken cancellationToken) =>
        _publishing.RunAsync(
            async () =>
            {
                await _publisher.PublishAsync().ConfigureAwait(false);
                return _publisher.Latest;
            },
            cancellationToken
        );

    // Under the publishing lock and within one turn: no checkpoint can be made over the entry, here or in another process, before the signers were changed.
    private async Task<LoggedEntry?> HandOverAsync(ISigner successor, IEventIds ids)
    {
        var (hold, _) = await _writer.HoldAsync(static _ => 0).ConfigureAwait(false);
        using var held = hold;
        await _publisher.PublishAsync().ConfigureAwait(false);
        var (keys, retiring) = (_publisher.Signers.Keys, _publisher.Signers.Current);
        if (keys.HasHad(NoteVerifierKey.ForEd25519(keys.Origin, successor.PublicKey)))
        {
            return null;
        }

        var submission = KeyHandover.Create(keys.Origin, retiring, successor, keys.LastPayloadHash, ids.Next(), _time.GetUtcNow());
        var write = new AppendWrite(new CheckedAppend(submission, isHandover: true));
        _writer.Enqueue(write);
        var entry = await write.Task.ConfigureAwait(false);
        var longer =
            keys.Add(entry.Index, entry.Envelope.Span, out var fault)
            ?? throw new LedgerDamagedException($"the handover just made does not hold: {fault}");
        _publisher.Signers = new CheckpointSigners(longer, successor, retiring);
        await _publisher.PublishAsync().ConfigureAwait(false);
        return entry;
    }

    private void ThrowIfClosedTo(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Fault is LedgerDamagedException damage)
        {
            throw damage;
        }
    }

    private void Wake()
    {
        if (_work.CurrentCount != 0)
        {
            return;
        }

        try
        {
            _work.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else woke it in the same moment, or the last checkpoint is already made.
        }
    }

    private Task<long> IndexAsync() => _indexing.RunAsync(_indexer.RunAsync, CancellationToken.None);

    private async Task IndexInBackgroundAsync()
    {
        try
        {
            _ = await IndexAsync().ConfigureAwait(false);
        }
        catch (HallmarkException)
        {
            // Kept in Fault, and tried again.
        }

        if (_indexer.HasWork)
        {
            Wake();
        }
    }

    private async Task PublishInBackgroundAsync()
    {
        var indexing = Task.CompletedTask;
        try
        {
            while (Fault is not LedgerDamagedException)
            {
                await _work.WaitAsync(_stopping.Token).ConfigureAwait(false);
                var start = _time.GetTimestamp();
                try
                {
                    _ = await PublishOnlyAsync(_stopping.Token).ConfigureAwait(false);
                }
                catch (HallmarkException)
                {
                    // Kept in Fault. An unavailable disk may come back: try again after the pause.
                    Wake();
                }

                if (indexing.IsCompleted && _indexer.HasWork)
                {
                    indexing = Task.Run(IndexInBackgroundAsync, CancellationToken.None);
                }

                await Task.Delay(PauseAfter(_time.GetElapsedTime(start)), _time, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The disposal publishes the rest.
        }

        await indexing.ConfigureAwait(false);
    }

    // The next checkpoint is begun within a second of this one; a short pause lets another process have its turn.
    private TimeSpan PauseAfter(TimeSpan spent)
    {
        var left = Window - spent;
        return left > _options.PublishInterval ? _options.PublishInterval
            : left > LeastPause ? left
            : LeastPause;
    }
}
