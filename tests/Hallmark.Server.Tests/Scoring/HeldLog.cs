using Hallmark.Core.Events;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>A model's log that keeps one prediction back: it is not durable until the test says so.</summary>
internal sealed class HeldLog
{
    private readonly TaskCompletionSource<LoggedEntry> _isLogging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LoggedEntry> _isDurable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldLog(ScriptedModel model) =>
        model.Log = entry =>
        {
            _isLogging.SetResult(entry);
            return _isDurable.Task;
        };

    /// <summary>Ends when the prediction is in the log's hands.</summary>
    public Task Reached => _isLogging.Task;

    /// <summary>The prediction, which has been reached, is durable from now on.</summary>
    public void LetGo() => _isDurable.SetResult(_isLogging.Task.Result);
}
