namespace Hallmark.Inference.Predictions;

/// <summary>Chooses how the next prediction is sealed. Batches begin at a rate and end below half of it, so that a rate near the border does not flip. Not for several threads at once.</summary>
/// <param name="mode">What was asked for.</param>
/// <param name="batchedFrom">The rate, per second.</param>
/// <param name="time">The clock.</param>
internal sealed class ModeChoice(PredictionMode mode, int batchedFrom, TimeProvider time)
{
    private readonly RateGauge _rate = new(time);
    private PredictionMode _current = PredictionMode.Direct;

    /// <summary>Notes a prediction and chooses for it.</summary>
    public PredictionMode Next()
    {
        if (mode is not PredictionMode.Automatic)
        {
            return mode;
        }

        var rate = _rate.Note();
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
