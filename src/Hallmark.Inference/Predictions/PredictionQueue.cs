namespace Hallmark.Inference.Predictions;

/// <summary>
/// Filled places that wait for a sealing thread. Bounded by the places of the log, not by itself. Where predictions come fast and nobody waits for them, a thread lets a few come
/// together before it takes them: one commit for ten costs little more than one for one. Safe for use by several threads.
/// </summary>
/// <param name="choice">Chooses how each one is sealed.</param>
/// <param name="time">The clock.</param>
/// <param name="gatheringTime">How long a thread lets predictions come together.</param>
internal sealed class PredictionQueue(ModeChoice choice, TimeProvider time, TimeSpan gatheringTime)
{
    /// <summary>From how many predictions in the last second on a thread lets them come together: below, next to none would come meanwhile.</summary>
    public const int GatheringFromPerSecond = 2_000;

    /// <summary>More than these are not waited for.</summary>
    public const int Enough = 64;

    private readonly Queue<PendingPrediction> _waiting = new(); // guards itself: a Lock cannot be waited on
    private readonly RateGauge _rate = new(time);
    private int _lastRate;
    private int _idleThreads;
    private volatile bool _isAwaited;
    private volatile bool _isGathering;
    private bool _isClosed;

    /// <summary>Whether a thread lets them come together now.</summary>
    public bool IsGathering => _isGathering;

    /// <summary>Puts one in.</summary>
    /// <returns>False where the queue is closed.</returns>
    public bool TryAdd(PendingPrediction prediction)
    {
        lock (_waiting)
        {
            if (_isClosed)
            {
                return false;
            }

            _lastRate = _rate.Note();
            prediction.Mode = choice.For(_lastRate);
            _waiting.Enqueue(prediction);
            if (_isGathering ? _waiting.Count == Enough : _idleThreads > 0)
            {
                WakeOne();
            }

            return true;
        }
    }

    /// <summary>Somebody waits for a prediction to be on disk.</summary>
    public void Hurry()
    {
        _isAwaited = true;
        Interlocked.MemoryBarrier();
        if (_isGathering)
        {
            lock (_waiting)
            {
                WakeOne();
            }
        }
    }

    /// <summary>Takes what has come together; waits where there is nothing.</summary>
    /// <param name="most">Most that are taken.</param>
    /// <returns>Nothing only where the queue is closed and empty.</returns>
    public List<PendingPrediction> Take(int most)
    {
        lock (_waiting)
        {
            while ((_waiting.Count == 0 || _isGathering) && !_isClosed)
            {
                _idleThreads++;
                Monitor.Wait(_waiting);
                _idleThreads--;
            }

            Gather(Math.Min(most, Enough));
            var taken = new List<PendingPrediction>(Math.Min(most, _waiting.Count));
            while (taken.Count < most && _waiting.TryDequeue(out var prediction))
            {
                taken.Add(prediction);
            }

            if (_waiting.Count > 0 && _idleThreads > 0)
            {
                WakeOne();
            }

            return taken;
        }
    }

    /// <summary>Takes no more; what is in it is still taken out.</summary>
    public void Close()
    {
        lock (_waiting)
        {
            _isClosed = true;
            Monitor.PulseAll(_waiting);
        }
    }

    // The one that gathers may stand behind idle ones.
    private void WakeOne()
    {
        if (_isGathering)
        {
            Monitor.PulseAll(_waiting);
        }
        else
        {
            Monitor.Pulse(_waiting);
        }
    }

    private void Gather(int enough)
    {
        if (_waiting.Count < enough && _lastRate >= GatheringFromPerSecond && !_isClosed)
        {
            _isGathering = true;
            Interlocked.MemoryBarrier();
            if (!_isAwaited)
            {
                Monitor.Wait(_waiting, gatheringTime);
            }

            _isGathering = false;
        }

        _isAwaited = false;
    }
}
