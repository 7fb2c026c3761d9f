using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>A ledger that refuses one event id and takes all others.</summary>
internal sealed class RefusingLog(IEventLog log, string refused) : IEventLog
{
    public async Task<IReadOnlyList<AppendOutcome>> AppendAllAsync(
        IReadOnlyList<EventSubmission> submissions,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new List<AppendOutcome>();
        foreach (var submission in submissions)
        {
            outcomes.Add(
                submission.EventId == refused
                    ? AppendOutcome.Refused(new BadInputException("taken"))
                    : AppendOutcome.Logged(await log.AppendAsync(submission, cancellationToken), isNew: true)
            );
        }

        return outcomes;
    }

    public Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken) =>
        log.AppendAsync(submission, cancellationToken);

    public Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken) =>
        log.FindChainHeadAsync(chain, cancellationToken);

    public Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken) =>
        log.FindByEventIdAsync(eventId, cancellationToken);

    public Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken) =>
        log.FindByPayloadHashAsync(payloadHash, cancellationToken);

    public Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken) =>
        log.FindBySubjectAsync(subjectKey, cancellationToken);
}
