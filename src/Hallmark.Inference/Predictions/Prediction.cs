using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>A model's answer, and its way into the log.</summary>
public sealed class Prediction
{
    private readonly PredictionTicket _ticket;
    private readonly PredictionWait? _wait;

    internal Prediction(ModelOutput output, PredictionFacts facts, PredictionTicket ticket, PredictionWait? wait)
    {
        Output = output;
        Facts = facts;
        _ticket = ticket;
        _wait = wait;
    }

    /// <summary>What the model answered.</summary>
    public ModelOutput Output { get; }

    /// <summary>What is recorded of it.</summary>
    public PredictionFacts Facts { get; }

    /// <summary>Its id: whoever has it can ask for the receipt.</summary>
    public string DecisionId => _ticket.DecisionId;

    /// <summary>Ends when it is on disk; fails where it could not be logged.</summary>
    public Task<LoggedEntry> Logged => _ticket.Logged;

    /// <summary>Waits until it has come so far.</summary>
    /// <param name="stage">How far.</param>
    /// <param name="cancellationToken">Ends the waiting; the prediction goes on.</param>
    /// <returns>Its entry in the ledger.</returns>
    /// <exception cref="UnavailableException">It could not be logged, the anchor refused it, or this service cannot read the ledger.</exception>
    public async Task<LoggedEntry> WaitAsync(PredictionStage stage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var entry = await _ticket.Logged.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (stage.NeedsCheckpoint)
        {
            var wait = _wait ?? throw new UnavailableException("the ledger that the prediction stands in cannot be read here");
            await wait.RunAsync(entry, stage, cancellationToken).ConfigureAwait(false);
        }

        return entry;
    }
}
