using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Outbox;

/// <summary>
/// Takes work out of the outbox and has it done, each kind on its own: the oldest due piece first, growing pauses with jitter after failures. A piece is removed only
/// after its handler returned, so it may be done twice after a crash, and never not at all. No lock and no transaction is held while a handler runs. Where a place does
/// not answer several times in a row, the rest of its work is put off with it, durably; work for other places goes on meanwhile. Not more than <see cref="MaxAtOnce"/> pieces
/// are under way at once, each kind in its turn.
/// </summary>
/// <param name="outbox">The outbox.</param>
/// <param name="handlers">One for each kind; work of other kinds stays.</param>
/// <param name="options">How long and how often.</param>
/// <param name="time">The clock.</param>
/// <param name="random">For the jitter.</param>
/// <param name="claims">Keeps two processes from doing work of one kind at the same time; null where there is only this one.</param>
public sealed class OutboxRunner(
    LedgerOutbox outbox,
    IEnumerable<IOutboxHandler> handlers,
    OutboxOptions options,
    TimeProvider time,
    Random random,
    OutboxClaims? claims = null
) : IDisposable
{
    /// <summary>Most pieces under way at once, of whatever kinds.</summary>
    public const int MaxAtOnce = 16;

    private const int MaxDoublings = 30;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);
    private readonly IOutboxHandler[] _handlers = [.. handlers];
    private readonly SemaphoreSlim _draining = new(1, 1);
    private readonly SemaphoreSlim _room = new(MaxAtOnce, MaxAtOnce);

    /// <summary>Does all work that is due now, and ends.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the piece that was under way stays.</exception>
    public async Task<OutboxDrain> DrainAsync(CancellationToken cancellationToken)
    {
        await _draining.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var drains = await Task.WhenAll(_handlers.Select(handler => DrainAsync(handler, cancellationToken))).ConfigureAwait(false);
            return new OutboxDrain(
                drains.Sum(drain => drain.Done),
                drains.Sum(drain => drain.Postponed),
                drains.Sum(drain => drain.Buried),
                drains.Sum(drain => drain.Waiting),
                drains.Select(drain => drain.Elsewhere).FirstOrDefault(text => text is not null)
            );
        }
        finally
        {
            _draining.Release();
        }
    }

    /// <summary>Does work as it comes and becomes due, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _ = await DrainAsync(cancellationToken).ConfigureAwait(false);
                await Task.Delay(options.PollInterval, time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _draining.Dispose();
        _room.Dispose();
    }

    private async Task<OutboxDrain> DrainAsync(IOutboxHandler handler, CancellationToken cancellationToken)
    {
        // What is put off or added meanwhile waits for the next time: a handler that adds work of its own kind must not keep this one going for ever.
        var now = UnixTime.ToMicroseconds(time.GetUtcNow());
        if (claims is null)
        {
            return await DrainAsync(handler, now, cancellationToken).ConfigureAwait(false);
        }

        // Looked up again with the claim: what is due then may be other work than what is due now.
        if (await outbox.Reader.FindDueAsync(handler.Kind, now, cancellationToken).ConfigureAwait(false) is null)
        {
            return new OutboxDrain(0, 0, 0);
        }

        using var claim = await claims.TryTakeAsync(handler.Kind, cancellationToken).ConfigureAwait(false);
        return claim is null
            ? new OutboxDrain(0, 0, 0, 0, claims.DescribeHolder(handler.Kind))
            : await DrainAsync(handler, now, cancellationToken).ConfigureAwait(false);
    }

    private async Task<OutboxDrain> DrainAsync(IOutboxHandler handler, long now, CancellationToken cancellationToken)
    {
        var drain = new OutboxDrain(0, 0, 0);
        var unanswered = 0;
        while (await outbox.Reader.FindDueAsync(handler.Kind, now, cancellationToken).ConfigureAwait(false) is { } item)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var result = await HandleAsync(handler, item.Work, cancellationToken).ConfigureAwait(false);
                unanswered = 0;
                drain = await NoteAsync(item, result, drain).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (BadInputException refusal)
            {
                // Trying again would bring the same answer.
                await outbox.BuryAsync(item.Id, refusal.Message).ConfigureAwait(false);
                drain = drain with { Buried = drain.Buried + 1 };
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                drain = await NoteAsync(item, failure, drain).ConfigureAwait(false);
                unanswered = failure is UnavailableException ? unanswered + 1 : 0;
                if (
                    handler.HasOneDestination
                    && unanswered > 0
                    && (unanswered >= options.BreakAfter || item.Attempts >= options.BreakAfter)
                )
                {
                    var dueAt = time.GetUtcNow() + FindPause(item.Attempts, failure);
                    await outbox.PutOffAsync(handler.Kind, dueAt, failure.Message).ConfigureAwait(false);
                    return drain;
                }
            }
        }

        return drain;
    }

    private async Task<OutboxResult> HandleAsync(IOutboxHandler handler, OutboxWork work, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await handler.HandleAsync(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<OutboxDrain> NoteAsync(OutboxItem item, OutboxResult result, OutboxDrain drain)
    {
        if (result.Pause is { } pause)
        {
            await outbox.WaitAsync(item.Id, time.GetUtcNow() + pause, result.Remark).ConfigureAwait(false);
            return drain with { Waiting = drain.Waiting + 1 };
        }

        await outbox.CompleteAsync(item.Id).ConfigureAwait(false);
        return drain with { Done = drain.Done + 1 };
    }

    private async Task<OutboxDrain> NoteAsync(OutboxItem item, Exception failure, OutboxDrain drain)
    {
        // Our own failures are written for people and hold no secrets; of others only the type is kept.
        var error = failure is HallmarkException ? failure.Message : failure.GetType().Name;
        var failures = item.Attempts + 1;
        var isOverdue = time.GetUtcNow() - item.CreatedAt >= options.MaxAge && failures >= options.MinAttempts;
        if (isOverdue || failures >= options.MaxAttempts)
        {
            await outbox.BuryAsync(item.Id, error).ConfigureAwait(false);
            return drain with { Buried = drain.Buried + 1 };
        }

        await outbox.PostponeAsync(item.Id, time.GetUtcNow() + FindPause(item.Attempts, failure), error).ConfigureAwait(false);
        return drain with { Postponed = drain.Postponed + 1 };
    }

    // What the other side asked for counts, where it is longer than our own pause; a day at most, so that a lying clock cannot silence it for ever.
    private TimeSpan FindPause(int attempts, Exception failure)
    {
        var pause = FindPause(attempts);
        var asked = failure is UnavailableException { RetryAfter: { } after } ? after : TimeSpan.Zero;
        return asked > pause ? (asked < LongestRetryAfter ? asked : LongestRetryAfter) : pause;
    }

    // Between the half and the whole of the doubled pause, so that many ledgers do not come back at the same moment.
    private TimeSpan FindPause(int attempts)
    {
        double share;
        lock (random)
        {
            share = 0.5 + (random.NextDouble() / 2);
        }

        var pause = Math.Min(options.FirstPause.Ticks * Math.Pow(2, Math.Min(attempts, MaxDoublings)), options.LongestPause.Ticks);
        return TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (long)(pause * share)));
    }
}
