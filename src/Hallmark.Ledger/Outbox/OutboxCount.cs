namespace Hallmark.Ledger.Outbox;

/// <summary>How much work of one kind is in the outbox.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Pending">To be done.</param>
/// <param name="Dead">Given up.</param>
/// <param name="OldestPending">When the oldest work to be done was put in; null where there is none.</param>
/// <param name="Waiting">Handed over, and going on elsewhere.</param>
public sealed record OutboxCount(string Kind, long Pending, long Dead, DateTimeOffset? OldestPending, long Waiting = 0);
