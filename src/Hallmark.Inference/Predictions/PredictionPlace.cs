using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>A reserved place in a prediction log: filled once by <see cref="Record"/>, or given back by disposal.</summary>
public abstract class PredictionPlace : IDisposable
{
    /// <summary>Fills the place. Returns at once; the ticket says when the prediction is on disk.</summary>
    /// <param name="facts">What is recorded; its decision id must be new.</param>
    /// <param name="registrationTransaction">See <see cref="Loading.ModelIdentity.RegistrationTransaction"/>.</param>
    /// <param name="options">What the caller adds: traces, metadata.</param>
    public abstract PredictionTicket Record(PredictionFacts facts, string? registrationTransaction, RecordOptions options);

    /// <summary>Gives the place back where it was not filled.</summary>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the place back where it was not filled.</summary>
    protected abstract void Dispose(bool isDisposing);
}
