using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;

namespace Hallmark.Home;

/// <summary>A ledger that makes the work of anchoring each envelope durable together with the envelope.</summary>
/// <param name="log">The ledger.</param>
/// <param name="anchors">The anchors of the settings; those that take checkpoints are left to the ledger's publishing.</param>
internal sealed class AnchoringLog(IEventLog log, IReadOnlyList<ConfiguredAnchor> anchors) : IEventLog
{
    /// <inheritdoc />
    public Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        var work = anchors
            .Where(anchor => anchor.Target is AnchorTarget.Envelope)
            .Select(anchor => AnchorWork.Describe(anchor.Name, AnchorSubmission.OfEnvelope(submission.Envelope)))
            .ToList();
        return log.AppendAsync(work.Count == 0 ? submission : submission with { Work = [.. submission.Work, .. work] }, cancellationToken);
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
}
