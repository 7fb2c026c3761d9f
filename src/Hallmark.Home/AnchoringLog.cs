using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;

namespace Hallmark.Home;

/// <summary>A ledger that makes the work of anchoring each envelope durable together with the envelope.</summary>
/// <param name="log">The ledger.</param>
/// <param name="anchors">The anchors of the settings; those that take checkpoints are left to the ledger's publishing.</param>
/// <param name="findReader">Finds what is in the ledger's outbox and receipts; null where there is no ledger yet.</param>
internal sealed class AnchoringLog(IEventLog log, IReadOnlyList<ConfiguredAnchor> anchors, Func<LedgerReader?> findReader) : IEventLog
{
    /// <inheritdoc />
    public async Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken) =>
        await log.AppendAsync(await WithWorkAsync(submission, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc />
    public async Task<IReadOnlyList<AppendOutcome>> AppendAllAsync(
        IReadOnlyList<EventSubmission> submissions,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(submissions);
        var all = new EventSubmission[submissions.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = await WithWorkAsync(submissions[i], cancellationToken).ConfigureAwait(false);
        }

        return await log.AppendAllAsync(all, cancellationToken).ConfigureAwait(false);
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

    private async ValueTask<EventSubmission> WithWorkAsync(EventSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        if (submission is { IsCheckpointedOnly: true, Work.Count: 0 })
        {
            return submission;
        }

        var work = anchors
            .Where(anchor => anchor.Target is AnchorTarget.Envelope && !submission.IsCheckpointedOnly)
            .Select(anchor => AnchorWork.Describe(anchor.Name, AnchorSubmission.OfEnvelope(submission.Envelope)))
            .ToList();
        foreach (var upload in submission.Work.Where(one => UploadWriteBack.IsKind(one.Kind)).Select(UploadWriteBack.FromOutbox))
        {
            if (await FindForgottenAsync(upload, submission.EventId, cancellationToken).ConfigureAwait(false) is { } forgotten)
            {
                work.Add(forgotten);
            }
        }

        return work.Count == 0 ? submission : submission with { Work = [.. submission.Work, .. work] };
    }

    // An event of a time before the anchor was set up, whose upload is waited for now: a dataset that was recorded with an earlier training.
    private async Task<OutboxWork?> FindForgottenAsync(UploadWriteBack upload, string ownEventId, CancellationToken cancellationToken)
    {
        if (
            upload.EventId == ownEventId
            || findReader() is not { } reader
            || await log.FindByEventIdAsync(upload.EventId, cancellationToken).ConfigureAwait(false) is not { } entry
        )
        {
            return null;
        }

        var submission = AnchorSubmission.OfEnvelope(entry.Envelope);
        return
            await reader.Receipts.FindAsync(submission.Digest, upload.Anchor, cancellationToken).ConfigureAwait(false) is null
            && !await reader.Outbox.HasWorkAsync(AnchorWork.KindOf(upload.Anchor), entry.Index, cancellationToken).ConfigureAwait(false)
            ? AnchorWork.Describe(upload.Anchor, submission)
            : null;
    }
}
