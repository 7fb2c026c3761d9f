using Hallmark.Core.Events;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>A prediction between its place and the disk.</summary>
/// <param name="facts">What is recorded.</param>
/// <param name="payload">The same, canonical.</param>
/// <param name="registrationTransaction">What it points to, or null.</param>
/// <param name="options">What the caller added.</param>
internal sealed class PendingPrediction(PredictionFacts facts, byte[] payload, string? registrationTransaction, RecordOptions options)
{
    private readonly TaskCompletionSource<LoggedEntry> _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PredictionFacts Facts => facts;

    public byte[] Payload => payload;

    public string? RegistrationTransaction => registrationTransaction;

    public RecordOptions Options => options;

    /// <summary>How it is sealed; chosen when it is queued.</summary>
    public PredictionMode Mode { get; set; }

    /// <summary>Ends when it is on disk.</summary>
    public Task<LoggedEntry> Logged => _logged.Task;

    /// <summary>It is on disk.</summary>
    public void Complete(LoggedEntry entry) => _logged.TrySetResult(entry);

    /// <summary>It is not, and will not be.</summary>
    public void Fail(Exception cause)
    {
        _logged.TrySetException(cause);

        // A caller that does not wait is no reason for a warning of the runtime.
        _ = _logged.Task.Exception;
    }
}
