using Hallmark.Core.Events;
using Hallmark.Inference.Runners;

namespace Hallmark.Server.Scoring;

/// <summary>A prediction that was made.</summary>
/// <param name="Output">What the model answered.</param>
/// <param name="DecisionId">The prediction's id: whoever has it can ask for the receipt.</param>
/// <param name="Logged">Ends when it is durable; fails where it could not be logged.</param>
/// <param name="WaitForCheckpointAsync">Ends when a signed checkpoint covers it.</param>
public sealed record ScoredPrediction(
    ModelOutput Output,
    string DecisionId,
    Task<LoggedEntry> Logged,
    Func<CancellationToken, Task> WaitForCheckpointAsync
);
