using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>The port to the ledger, in memory, with its outbox.</summary>
internal sealed class MemoryEventLog : IEventLog
{
    private readonly Dictionary<string, string> _heads = new(StringComparer.Ordinal);

    public List<LoggedEntry> Entries { get; } = [];

    public Queue<OutboxWork> Outbox { get; } = [];

    /// <summary>Called before each append: a test may prolong a chain here.</summary>
    public Action<EventSubmission>? BeforeAppend { get; set; }

    public Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken)
    {
        BeforeAppend?.Invoke(submission);
        if (Entries.FirstOrDefault(entry => entry.Envelope.Span.SequenceEqual(submission.Envelope.Span)) is { } known)
        {
            return Task.FromResult(known);
        }

        if (submission.Chain is { } chain)
        {
            var head = _heads.GetValueOrDefault(chain.Chain);
            if (head != chain.ExpectedHead)
            {
                throw new ChainMovedException(chain.Chain, head);
            }

            _heads[chain.Chain] = submission.PayloadHash;
        }

        foreach (var work in submission.Work)
        {
            Outbox.Enqueue(work);
        }

        Entries.Add(
            new LoggedEntry(
                Entries.Count,
                submission.Envelope,
                submission.Record,
                submission.EventId,
                submission.EventType,
                submission.PayloadHash,
                submission.SubjectKey,
                DateTimeOffset.UnixEpoch
            )
        );
        return Task.FromResult(Entries[^1]);
    }

    public async Task<IReadOnlyList<AppendOutcome>> AppendAllAsync(
        IReadOnlyList<EventSubmission> submissions,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new List<AppendOutcome>();
        foreach (var submission in submissions)
        {
            var count = Entries.Count;
            var entry = await AppendAsync(submission, cancellationToken);
            outcomes.Add(AppendOutcome.Logged(entry, Entries.Count > count));
        }

        return outcomes;
    }

    public void MoveHead(string chain, string head) => _heads[chain] = head;

    public Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken) =>
        Task.FromResult(_heads.GetValueOrDefault(chain));

    public Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken) =>
        Task.FromResult(Entries.FirstOrDefault(entry => entry.EventId == eventId));

    public Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LoggedEntry>>([.. Entries.Where(entry => entry.PayloadHash == payloadHash)]);

    public Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LoggedEntry>>([.. Entries.Where(entry => entry.SubjectKey == subjectKey)]);

    /// <summary>Does all outbox work; what fails because the other side is out of reach stays.</summary>
    public async Task DrainAsync(IOutboxHandler handler)
    {
        for (var count = Outbox.Count; count > 0; count--)
        {
            var work = Outbox.Dequeue();
            try
            {
                await handler.HandleAsync(work, CancellationToken.None);
            }
            catch (Hallmark.Core.Failures.UnavailableException)
            {
                Outbox.Enqueue(work);
            }
        }
    }
}
