using Hallmark.Core.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>A prediction on its way into the log.</summary>
public sealed class PredictionTicket
{
    private readonly Task<LoggedEntry> _logged;
    private readonly PredictionQueue? _queue;

    /// <param name="decisionId">The prediction's id.</param>
    /// <param name="logged">Ends when the prediction is durable.</param>
    public PredictionTicket(string decisionId, Task<LoggedEntry> logged)
        : this(decisionId, logged, queue: null) { }

    internal PredictionTicket(string decisionId, Task<LoggedEntry> logged, PredictionQueue? queue)
    {
        DecisionId = decisionId;
        _logged = logged;
        _queue = queue;
    }

    /// <summary>The prediction's id: whoever has it can ask for the receipt.</summary>
    public string DecisionId { get; }

    /// <summary>
    /// Ends when the prediction is durable: it then survives <c>kill -9</c> and power loss. Fails where it could not be logged. Who reads this is taken to wait for it: where
    /// nobody does, predictions that come fast are logged a millisecond later, several at once.
    /// </summary>
    public Task<LoggedEntry> Logged
    {
        get
        {
            if (!_logged.IsCompleted)
            {
                _queue?.Hurry();
            }

            return _logged;
        }
    }
}
