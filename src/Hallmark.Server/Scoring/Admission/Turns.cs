using System.Threading.RateLimiting;
using Hallmark.Server.Scoring.Access;
using Hallmark.Server.Scoring.Answers;

namespace Hallmark.Server.Scoring.Admission;

/// <summary>Who may predict now: so many at once, so many waiting, so many a second for each caller.</summary>
internal sealed class Turns : IDisposable
{
    private readonly ConcurrencyLimiter _atOnce;
    private readonly PartitionedRateLimiter<Caller>? _rate;

    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    public Turns(ScoringLimits limits, TimeProvider time)
    {
        (_patience, _time) = (limits.PredictionTime, time);
        _atOnce = new ConcurrencyLimiter(
            new ConcurrencyLimiterOptions
            {
                PermitLimit = limits.MaxConcurrentPredictions,
                QueueLimit = limits.MaxQueuedPredictions,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }
        );
        _rate = limits.PredictionsPerSecond is { } perSecond
            ? PartitionedRateLimiter.Create<Caller, string>(caller =>
                RateLimitPartition.GetTokenBucketLimiter(
                    caller.Partition,
                    _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = perSecond,
                        TokensPerPeriod = perSecond,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                        QueueLimit = 0,
                        AutoReplenishment = true,
                    }
                )
            )
            : null;
    }

    /// <summary>Predictions that wait for their turn.</summary>
    public long Waiting => _atOnce.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Counts a request against its caller's rate.</summary>
    /// <exception cref="RefusedRequestException">429: the caller asks too often.</exception>
    public void Count(Caller caller)
    {
        if (_rate is null)
        {
            return;
        }

        using var lease = _rate.AttemptAcquire(caller);
        if (!lease.IsAcquired)
        {
            throw RefusedRequestException.Full("this caller asks more often than it may");
        }
    }

    /// <summary>Waits for a turn.</summary>
    /// <returns>The turn; it ends with its disposal.</returns>
    /// <exception cref="RefusedRequestException">429: too many wait already, or none came in the time of a prediction. Where runs are stuck none ever comes, and nobody may be left waiting.</exception>
    public ValueTask<RateLimitLease> TakeAsync(CancellationToken cancellationToken)
    {
        var lease = _atOnce.AttemptAcquire(1);
        if (lease.IsAcquired)
        {
            return ValueTask.FromResult(lease);
        }

        lease.Dispose();
        return new ValueTask<RateLimitLease>(WaitAsync(cancellationToken));
    }

    private async Task<RateLimitLease> WaitAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var lease = await _atOnce.AcquireAsync(1, either.Token).ConfigureAwait(false);
            if (lease.IsAcquired)
            {
                return lease;
            }

            lease.Dispose();
            throw RefusedRequestException.Full("too many predictions wait already");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw RefusedRequestException.Full($"no turn came within {_patience.TotalSeconds:0.###} s");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _atOnce.Dispose();
        _rate?.Dispose();
    }
}
