using Hallmark.Core.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>A prediction on its way into the log.</summary>
/// <param name="DecisionId">The prediction's id: whoever has it can ask for the receipt.</param>
/// <param name="Logged">Ends when the prediction is durable: it then survives <c>kill -9</c> and power loss. Fails where it could not be logged.</param>
public sealed record PredictionTicket(string DecisionId, Task<LoggedEntry> Logged);
