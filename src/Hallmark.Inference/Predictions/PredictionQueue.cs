namespace Hallmark.Inference.Predictions;

/// <summary>Filled places that wait for a sealing thread. Bounded by the places of the log, not by itself. Safe for use by several threads.</summary>
/// <param name="choice">Chooses how each one is sealed.</param>
internal sealed class PredictionQueue(ModeChoice choice)
{
    private readonly Queue<PendingPrediction> _waiting = new(); // guards itself: a Lock cannot be waited on
    private int _idleThreads;
    private bool _isClosed;

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

            prediction.Mode = choice.Next();
            _waiting.Enqueue(prediction);
            if (_idleThreads > 0)
            {
                Monitor.Pulse(_waiting);
            }

            return true;
        }
    }

    /// <summary>Takes what has come together; waits where there is nothing.</summary>
    /// <param name="most">Most that are taken.</param>
    /// <returns>Nothing only where the queue is closed and empty.</returns>
    public List<PendingPrediction> Take(int most)
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_isClosed)
            {
                _idleThreads++;
                Monitor.Wait(_waiting);
                _idleThreads--;
            }

            var taken = new List<PendingPrediction>(Math.Min(most, _waiting.Count));
            while (taken.Count < most && _waiting.TryDequeue(out var prediction))
            {
                taken.Add(prediction);
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
}
