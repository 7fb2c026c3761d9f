using Hallmark.Core.Failures;

namespace Hallmark.Inference.Predictions;

/// <summary>
/// Where predictions become durable. A place is reserved before the model runs, so that a prediction that was made is never without one; the number of places is bounded.
/// Safe for use by several threads.
/// </summary>
public interface IPredictionLog : IAsyncDisposable
{
    /// <summary>Reserves a place if one is free now; null where the log is full.</summary>
    /// <exception cref="UnavailableException">The log takes nothing: the disk refuses, or it is closing.</exception>
    PredictionPlace? TryReserve();

    /// <summary>Reserves a place, and waits for one.</summary>
    /// <exception cref="UnavailableException">The log takes nothing: the disk refuses, or it is closing.</exception>
    ValueTask<PredictionPlace> ReserveAsync(CancellationToken cancellationToken);
}
