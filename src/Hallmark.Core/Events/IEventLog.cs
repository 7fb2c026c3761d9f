namespace Hallmark.Core.Events;

/// <summary>The port to the ledger: where an envelope becomes durable before anybody is told that it exists.</summary>
public interface IEventLog
{
    /// <summary>
    /// Makes an envelope, its record, its outbox work and the new chain head durable in one transaction, synced to disk, and gives the envelope its index.
    /// </summary>
    /// <returns>Where the entry stands. The same envelope appended again returns the first entry and adds nothing.</returns>
    /// <exception cref="ChainMovedException">The chain's head is no longer the one that the envelope was linked to: read it again and seal anew.</exception>
    Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken);

    /// <summary>The payload hash (64 hex digits) of the newest entry of a chain, or null where the chain has none.</summary>
    Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken);

    /// <summary>The entry of an event id, or null.</summary>
    Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken);

    /// <summary>All entries that commit to a payload hash (64 lower-case hex digits), oldest first.</summary>
    Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken);

    /// <summary>All entries about a subject (see <see cref="EventSubmission.SubjectKey"/>), oldest first.</summary>
    Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken);
}
