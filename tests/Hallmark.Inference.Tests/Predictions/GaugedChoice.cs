using Hallmark.Inference.Predictions;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>The choice at the rate that a gauge shows, as the queue makes it.</summary>
internal sealed class GaugedChoice(PredictionMode mode, int batchedFrom, TimeProvider time)
{
    private readonly ModeChoice _choice = new(mode, batchedFrom);
    private readonly RateGauge _rate = new(time);

    public PredictionMode Next() => _choice.For(_rate.Note());
}
