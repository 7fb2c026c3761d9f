using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// A ledger that makes the write-back of predictions durable together with them, many in one piece of work: MLflow is not asked before the caller has its answer, and may be
/// down for days. Direct predictions leave their files, and with a trace its tags (mlflow-events.md §7.3); batched ones both where there is a trace, and nothing where there
/// is none. Other events pass through. Safe for use by several threads.
/// </summary>
/// <param name="log">The ledger.</param>
/// <param name="findTrackingUri">The store, without credentials; null where there is none to write to.</param>
/// <param name="uploadAnchor">The anchor that uploads each envelope of a direct prediction by itself, or null.</param>
/// <param name="addWork">Makes work durable that belongs to no new entry; where it is not given, such work waits in memory for the next batch.</param>
/// <param name="complain">Is told where work could not be made durable and waits in memory.</param>
public sealed class PredictionWriteBackLog(
    IEventLog log,
    Func<string?> findTrackingUri,
    string? uploadAnchor,
    Func<OutboxWork, CancellationToken, Task>? addWork = null,
    Action<string>? complain = null
) : IEventLog
{
    private const string SubjectPrefix = "prediction:";
    private readonly Lock _lock = new();
    private List<string> _carried = [];

    private static ReadOnlySpan<byte> TraceMember => "\"mlflow_trace_id\":\""u8;

    /// <inheritdoc />
    public async Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        return Leaves(submission) && findTrackingUri() is { } uri
            ? await log.AppendAsync(With(WithUpload(submission, uri), uri, [submission.EventId]), cancellationToken).ConfigureAwait(false)
            : await log.AppendAsync(submission, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<AppendOutcome>> AppendAllAsync(
        IReadOnlyList<EventSubmission> submissions,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(submissions);
        var ids = submissions.Where(Leaves).Select(submission => submission.EventId).ToList();
        if (ids.Count == 0 || findTrackingUri() is not { } uri)
        {
            return await log.AppendAllAsync(submissions, cancellationToken).ConfigureAwait(false);
        }

        var carried = TakeCarried();
        ids.AddRange(carried);
        var all = submissions.Select(submission => Leaves(submission) ? WithUpload(submission, uri) : submission).ToArray();

        // The last one carries the work, for it becomes durable last: by then all that the work names is in the ledger.
        var carrier = all.Length - 1;
        all[carrier] = With(all[carrier], uri, ids);
        IReadOnlyList<AppendOutcome> outcomes;
        try
        {
            outcomes = await log.AppendAllAsync(all, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Carry(carried);
            throw;
        }

        if (outcomes[carrier] is not { IsLogged: true, IsNew: true })
        {
            // Refused alone, for its decision id was given before: the work of the others is put in by itself, before anybody is answered.
            await KeepAsync(
                    uri,
                    [
                        .. carried,
                        .. submissions
                            .Zip(outcomes)
                            .Where(pair => pair.Second.IsLogged && Leaves(pair.First))
                            .Select(pair => pair.First.EventId),
                    ]
                )
                .ConfigureAwait(false);
        }

        return outcomes;
    }

    /// <inheritdoc />
    public Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken) =>
        log.FindChainHeadAsync(chain, cancellationToken);

    /// <inheritdoc />
    public Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken) =>
        log.FindByEventIdAsync(eventId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken) =>
        log.FindByPayloadHashAsync(payloadHash, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken) =>
        log.FindBySubjectAsync(subjectKey, cancellationToken);

    private static bool IsDirect(EventSubmission submission) => submission.EventType == EventTypes.Prediction;

    private static bool IsTraced(EventSubmission submission) => submission.Record is { } record && record.Span.IndexOf(TraceMember) >= 0;

    private static bool Leaves(EventSubmission submission) =>
        IsDirect(submission)
        || submission.EventType is null
            && submission.SubjectKey is { } key
            && key.StartsWith(SubjectPrefix, StringComparison.Ordinal)
            && IsTraced(submission);

    private EventSubmission With(EventSubmission submission, string uri, IReadOnlyList<string> ids) =>
        submission with
        {
            Work = [.. submission.Work, .. WorkOf(uri, ids)],
        };

    private IEnumerable<OutboxWork> WorkOf(string uri, IReadOnlyList<string> ids) =>
        ids.Chunk(PredictionWriteBack.MaxPredictions).Select(some => new PredictionWriteBack(uri, some, uploadAnchor).ToOutbox());

    // What a piece that came through names is written again with the next batch, to the same effect. Not given up with the caller: the predictions are in the ledger.
    private async Task KeepAsync(string uri, List<string> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        try
        {
            if (addWork is not null)
            {
                foreach (var work in WorkOf(uri, ids))
                {
                    await addWork(work, CancellationToken.None).ConfigureAwait(false);
                }

                return;
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            complain?.Invoke(
                $"what {ids.Count} predictions leave in MLflow waits in memory for the next prediction, for the ledger does not take it now "
                    + $"({(failure is HallmarkException ? failure.Message : failure.GetType().Name)}): if this process is killed first, it is not written. The predictions are in the ledger, from {ids[0]} on"
            );
        }

        Carry(ids);
    }

    private EventSubmission WithUpload(EventSubmission submission, string uri) =>
        uploadAnchor is not null && IsDirect(submission) && IsTraced(submission)
            ? submission with
            {
                Work = [.. submission.Work, new UploadWriteBack(uri, submission.EventId, uploadAnchor).ToOutbox()],
            }
            : submission;

    private List<string> TakeCarried()
    {
        lock (_lock)
        {
            var carried = _carried;
            _carried = [];
            return carried;
        }
    }

    private void Carry(IReadOnlyCollection<string> ids)
    {
        lock (_lock)
        {
            _carried.AddRange(ids);
        }
    }
}
