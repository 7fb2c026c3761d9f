using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>A place in a <see cref="LedgerPredictionLog"/>.</summary>
internal sealed class LedgerPredictionPlace(LedgerPredictionLog log) : PredictionPlace
{
    private int _isUsed;

    /// <inheritdoc />
    /// <exception cref="BadInputException">The decision id is no UUID in lower case, or the record has no canonical form. The place stays free to be filled.</exception>
    public override PredictionTicket Record(PredictionFacts facts, string? registrationTransaction, RecordOptions options)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(options);
        if (!Guid.TryParseExact(facts.DecisionId, "D", out var id) || id.ToString("D") != facts.DecisionId)
        {
            throw new BadInputException("a decision id is a UUID in lower case with dashes");
        }

        var pending = new PendingPrediction(facts, PredictionPayload.Canonicalize(facts, options), registrationTransaction, options);
        if (Interlocked.Exchange(ref _isUsed, 1) != 0)
        {
            throw new InvalidOperationException("The place was filled or given back before.");
        }

        return log.Add(pending);
    }

    /// <inheritdoc />
    protected override void Dispose(bool isDisposing)
    {
        if (isDisposing && Interlocked.Exchange(ref _isUsed, 1) == 0)
        {
            log.Release(1);
        }
    }
}
