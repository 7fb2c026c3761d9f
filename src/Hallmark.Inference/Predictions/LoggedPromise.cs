using Hallmark.Core.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>What the caller of a prediction waits for: that it is on disk.</summary>
internal sealed class LoggedPromise
{
    private readonly TaskCompletionSource<LoggedEntry> _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
