using Hallmark.Core.Events;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>
/// A ledger that is made when something is appended, and not before: what is refused leaves no ledger behind. Until then it reads as the empty ledger that it is;
/// where another process makes it meanwhile, the append's own comparison of the chain's head notices.
/// </summary>
internal sealed class DeferredLedger(Func<CancellationToken, Task<EventLedger>> open) : IEventLog
{
    private EventLedger? _ledger;

    /// <inheritdoc />
    public async Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken)
    {
        _ledger ??= await open(cancellationToken).ConfigureAwait(false);
        return await _ledger.AppendAsync(submission, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<AppendOutcome>> AppendAllAsync(
        IReadOnlyList<EventSubmission> submissions,
        CancellationToken cancellationToken
    )
    {
        _ledger ??= await open(cancellationToken).ConfigureAwait(false);
        return await _ledger.AppendAllAsync(submissions, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken) =>
        _ledger?.FindChainHeadAsync(chain, cancellationToken) ?? Task.FromResult<string?>(null);

    /// <inheritdoc />
    public Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken) =>
        _ledger?.FindByEventIdAsync(eventId, cancellationToken) ?? Task.FromResult<LoggedEntry?>(null);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken) =>
        _ledger?.FindByPayloadHashAsync(payloadHash, cancellationToken) ?? Task.FromResult<IReadOnlyList<LoggedEntry>>([]);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken) =>
        _ledger?.FindBySubjectAsync(subjectKey, cancellationToken) ?? Task.FromResult<IReadOnlyList<LoggedEntry>>([]);
}
