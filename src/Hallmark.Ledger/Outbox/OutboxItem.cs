using Hallmark.Core.Events;

namespace Hallmark.Ledger.Outbox;

/// <summary>A piece of work in the outbox.</summary>
/// <param name="Id">Never given twice.</param>
/// <param name="Work">What is to be done.</param>
/// <param name="EntryIndex">The entry that it came with; null for work on a checkpoint.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Attempts">How often it was tried in vain.</param>
/// <param name="CreatedAt">When it was put in.</param>
/// <param name="DueAt">Not to be tried before.</param>
/// <param name="LastError">Why the last try failed, without secrets; or null.</param>
public sealed record OutboxItem(
    long Id,
    OutboxWork Work,
    long? EntryIndex,
    OutboxState State,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset DueAt,
    string? LastError
);
