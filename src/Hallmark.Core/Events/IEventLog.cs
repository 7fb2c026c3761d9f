namespace Hallmark.Core.Events;

/// <summary>The port to the ledger: where an envelope becomes durable before anybody is told that it exists.</summary>
public interface IEventLog : IEventLogReader
{
    /// <summary>
    /// Makes an envelope, its record, its outbox work and the new chain head durable in one transaction, synced to disk, and gives the envelope its index.
    /// </summary>
    /// <returns>Where the entry stands. The same envelope appended again returns the first entry and adds nothing.</returns>
    /// <exception cref="ChainMovedException">The chain's head is no longer the one that the envelope was linked to: read it again and seal anew.</exception>
    Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken);

    /// <summary>
    /// Appends many at once, with as few syncs as the log can do it. Each submission stands for itself: one that is refused holds up no other, and its parts become durable
    /// together or not at all. There is no promise that all of them stand or none; a crash may leave the first ones only. Their indexes rise in the order given.
    /// </summary>
    /// <returns>What came of each, in the order given. Where the disk refuses, the refusals are <see cref="Failures.UnavailableException"/>.</returns>
    Task<IReadOnlyList<AppendOutcome>> AppendAllAsync(IReadOnlyList<EventSubmission> submissions, CancellationToken cancellationToken);
}
