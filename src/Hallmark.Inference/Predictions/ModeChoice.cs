namespace Hallmark.Inference.Predictions;

/// <summary>Chooses how the next prediction is sealed. Batches begin at a rate and end below half of it, so that a rate near the border does not flip. Not for several threads at once.</summary>
/// <param name="mode">What was asked for.</param>
/// <param name="batchedFrom">The rate, per second.</param>
internal sealed class ModeChoice(PredictionMode mode, int batchedFrom)
{
    private PredictionMode _current = PredictionMode.Direct;

    /// <summary>Chooses for the next prediction.</summary>
    /// <param name="rate">How many the last second had, this one included.</param>
    public PredictionMode For(int rate)
    {
        if (mode is not PredictionMode.Automatic)
        {
            return mode;
        }

        if (rate >= batchedFrom)
        {
            _current = PredictionMode.Batched;
        }
        else if (2 * rate < batchedFrom)
        {
            _current = PredictionMode.Direct;
        }

        return _current;
    }
}
