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
}
