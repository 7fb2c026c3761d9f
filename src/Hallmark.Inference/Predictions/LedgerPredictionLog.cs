using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Ledger;

namespace Hallmark.Inference.Predictions;

/// <summary>
/// Predictions as events of the ledger. A caller's thread writes the record; threads of the log's own take what has come together, seal it and append it with one call, so
/// that many predictions share one sync and no caller waits for any. The ledger stays the caller's and outlives the log. Safe for use by several threads.
/// </summary>
public sealed class LedgerPredictionLog : IPredictionLog
{
    private static readonly TimeSpan GatheringTime = TimeSpan.FromMilliseconds(1);
    private readonly IEventLog _log;
    private readonly PredictionSealer _sealer;
    private readonly PredictionLogOptions _options;
    private readonly TimeProvider _time;
    private readonly PredictionQueue _queue;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _closing = new();
    private readonly Thread[] _threads;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _reserved;
    private int _isDisposed;
    private LogFailure? _failure;

    /// <param name="log">The ledger.</param>
    /// <param name="signer">Signs the envelopes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How the log works.</param>
    /// <exception cref="ArgumentException">The environment is neither <c>dev</c> nor <c>production</c>.</exception>
    public LedgerPredictionLog(IEventLog log, ISigner signer, TimeProvider time, PredictionLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        (_log, _time, _options) = (log, time, options);
        _sealer = new PredictionSealer(signer, time, options);
        _queue = new PredictionQueue(new ModeChoice(options.Mode, options.BatchedFromPerSecond), time, GatheringTime);
        _places = new SemaphoreSlim(options.Places, options.Places);
        _threads = [.. Enumerable.Range(0, options.SealingThreads).Select(_ => new Thread(Run) { IsBackground = true })];
        foreach (var thread in _threads)
        {
            thread.Name = "hallmark prediction sealer";
            thread.Start();
        }
    }

    /// <summary>How many predictions are under way: reserved, or filled and not yet on disk.</summary>
    public int UnderWay => Volatile.Read(ref _reserved);

    /// <inheritdoc />
    public PredictionPlace? TryReserve()
    {
        ThrowIfClosed();
        return _places.Wait(0, CancellationToken.None) ? Reserve() : null;
    }

    /// <inheritdoc />
    public ValueTask<PredictionPlace> ReserveAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return TryReserve() is { } place ? ValueTask.FromResult(place) : new(WaitAsync(cancellationToken));
    }

    /// <summary>Takes no more, waits until everything recorded is on disk or has failed, and ends the sealing threads.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        FinishIfDrained();
        try
        {
            await _drained.Task.WaitAsync(_options.DrainTimeout, _time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A place that nobody fills or gives back must not keep the process alive.
        }

        _queue.Close();
        await Task.Run(() => Array.ForEach(_threads, thread => thread.Join())).ConfigureAwait(false);
    }

    /// <summary>Queues a prediction whose place is filled.</summary>
    internal PredictionTicket Add(PendingPrediction prediction)
    {
        if (!_queue.TryAdd(prediction))
        {
            prediction.Promise.Fail(Closed());
            Release(1);
        }

        return new PredictionTicket(prediction.Facts.DecisionId, prediction.Promise.Logged, _queue);
    }

    /// <summary>Gives places back.</summary>
    internal void Release(int count)
    {
        _places.Release(count);
        Interlocked.Add(ref _reserved, -count);
        FinishIfDrained();
    }

    private LedgerPredictionPlace Reserve()
    {
        Interlocked.Increment(ref _reserved);
        return new LedgerPredictionPlace(this);
    }

    private async Task<PredictionPlace> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WaitForPlaceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Closed();
        }

        var place = Reserve();
        try
        {
            ThrowIfClosed();
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    // Linking two tokens for every place that is waited for costs more than the place.
    private async Task WaitForPlaceAsync(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            await _places.WaitAsync(_closing.Token).ConfigureAwait(false);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await _places.WaitAsync(either.Token).ConfigureAwait(false);
    }

    private void ThrowIfClosed()
    {
        if (_closing.IsCancellationRequested)
        {
            throw Closed();
        }

        if (Volatile.Read(ref _failure) is { } failure && _time.GetElapsedTime(failure.At) < _options.PauseAfterFailure)
        {
            throw new UnavailableException(failure.Cause.Message, failure.Cause, [.. failure.Cause.Hints]);
        }
    }

    private void FinishIfDrained()
    {
        if (_closing.IsCancellationRequested && Volatile.Read(ref _reserved) == 0)
        {
            _drained.TrySetResult();
        }
    }

    private void Run()
    {
        if (_options.SealsWithoutInterrupting)
        {
            ThreadPolicy.InterruptNobody();
        }

        var appends = new List<Task>();
        while (_queue.Take(_options.MaxBatch) is { Count: > 0 } batch)
        {
            var (submissions, promises) = Seal(batch);
            if (submissions.Count > 0)
            {
                // Not waited for: the next batch is sealed while this one is synced. The places bound what is under way.
                appends.RemoveAll(append => append.IsCompleted);
                appends.Add(AppendAsync(submissions, promises));
            }
        }

        Task.WaitAll([.. appends]);
    }

    // What a prediction was sealed from is let go here: thousands may wait for the disk.
    private (List<EventSubmission> Submissions, List<LoggedPromise> Promises) Seal(List<PendingPrediction> batch)
    {
        var submissions = new List<EventSubmission>(batch.Count);
        var promises = new List<LoggedPromise>(batch.Count);
        _sealer.SealAll(
            batch,
            (prediction, submission) =>
            {
                submissions.Add(submission);
                promises.Add(prediction.Promise);
            },
            (prediction, failure) =>
            {
                // This one is not logged, and says so.
                prediction.Promise.Fail(Unlogged(failure));
                Release(1);
            }
        );
        return (submissions, promises);
    }

    private async Task AppendAsync(List<EventSubmission> submissions, List<LoggedPromise> promises)
    {
        IReadOnlyList<AppendOutcome> outcomes;
        try
        {
            outcomes = await _log.AppendAllAsync(submissions, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            var refused = AppendOutcome.Refused(cause as HallmarkException ?? Unlogged(cause));
            outcomes = [.. submissions.Select(_ => refused)];
        }

        // Whoever hears of a prediction finds the log as it is after it.
        Note(outcomes.Select(outcome => outcome.Refusal).FirstOrDefault(refusal => refusal is not null && !IsOwnFault(refusal)));
        Release(promises.Count);
        for (var i = 0; i < promises.Count; i++)
        {
            Answer(promises[i], submissions[i].EventId, outcomes[i]);
        }
    }

    private static void Answer(LoggedPromise promise, string decisionId, AppendOutcome outcome)
    {
        if (outcome is { IsLogged: true, IsNew: true })
        {
            promise.Complete(outcome.Entry);
        }
        else if (outcome.IsLogged)
        {
            promise.Fail(new EventIdTakenException(decisionId, outcome.Entry.Index));
        }
        else
        {
            promise.Fail(IsOwnFault(outcome.Refusal) ? outcome.Refusal : Unlogged(outcome.Refusal));
        }
    }

    // The ledger is well and refuses this one event: its decision id was given before.
    private static bool IsOwnFault(HallmarkException refusal) => refusal is BadInputException and not LedgerDamagedException;

    private void Note(HallmarkException? failure) =>
        Volatile.Write(ref _failure, failure is null ? null : new LogFailure(Unlogged(failure), _time.GetTimestamp()));

    private static UnavailableException Unlogged(Exception cause) =>
        new(
            $"predictions cannot be logged: {cause.Message}",
            cause,
            cause is HallmarkException { Hints: { Count: > 0 } hints }
                ? [.. hints]
                : ["see that the disk has room and that the ledger is well: hallmark ledger verify"]
        );

    private static UnavailableException Closed() => new("the log of predictions is closed", "ask again when the server is back");

    private sealed record LogFailure(UnavailableException Cause, long At);
}
