namespace Hallmark.Ledger.Outbox;

/// <summary>What came of going through the outbox once.</summary>
/// <param name="Done">Pieces of work that are done.</param>
/// <param name="Postponed">Pieces that failed and are tried again later.</param>
/// <param name="Buried">Pieces that were given up.</param>
/// <param name="Waiting">Pieces that were handed over and go on elsewhere.</param>
/// <param name="Elsewhere">Which work was left to another process that is at it, in words; or null.</param>
public sealed record OutboxDrain(int Done, int Postponed, int Buried, int Waiting = 0, string? Elsewhere = null);
