namespace Hallmark.Core.Events;

/// <summary>The port to the ledger for whoever only looks things up: no lock is taken and nothing is written.</summary>
public interface IEventLogReader
{
    /// <summary>The payload hash (64 hex digits) of the newest entry of a chain, or null where the chain has none.</summary>
    Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken);

    /// <summary>The entry of an event id, or null.</summary>
    Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken);

    /// <summary>All entries that commit to a payload hash (64 lower-case hex digits), oldest first.</summary>
    Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken);

    /// <summary>All entries about a subject (see <see cref="EventSubmission.SubjectKey"/>), oldest first.</summary>
    Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken);
}
