using Hallmark.Core.Events;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>
/// A ledger that is opened, and where there is none made, when something is appended, and not before: what is refused leaves no ledger behind. Until it is made it reads as
/// the empty ledger that it is; where another process makes it meanwhile, the append's own comparison of the chain's head notices. Safe for use by several threads.
/// </summary>
/// <param name="open">Opens the ledger to write; gives the same one to all who ask.</param>
/// <param name="findReader">Finds what answers questions.</param>
/// <param name="exists">True where the ledger was made already.</param>
internal sealed class DeferredLedger(Func<CancellationToken, Task<EventLedger>> open, Func<LedgerReader?> findReader, bool exists)
    : IEventLog
{
    private volatile bool _exists = exists;

    private LedgerReader? Reader => _exists ? findReader() : null;

    /// <inheritdoc />
    public async Task<LoggedEntry> AppendAsync(EventSubmission submission, CancellationToken cancellationToken)
    {
        var ledger = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await ledger.AppendAsync(submission, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<AppendOutcome>> AppendAllAsync(
        IReadOnlyList<EventSubmission> submissions,
        CancellationToken cancellationToken
    )
    {
        var ledger = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await ledger.AppendAllAsync(submissions, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<string?> FindChainHeadAsync(string chain, CancellationToken cancellationToken) =>
        Reader?.FindChainHeadAsync(chain, cancellationToken) ?? Task.FromResult<string?>(null);

    /// <inheritdoc />
    public Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken) =>
        Reader?.FindByEventIdAsync(eventId, cancellationToken) ?? Task.FromResult<LoggedEntry?>(null);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken) =>
        Reader?.FindByPayloadHashAsync(payloadHash, cancellationToken) ?? Task.FromResult<IReadOnlyList<LoggedEntry>>([]);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken) =>
        Reader?.FindBySubjectAsync(subjectKey, cancellationToken) ?? Task.FromResult<IReadOnlyList<LoggedEntry>>([]);

    private async Task<EventLedger> OpenAsync(CancellationToken cancellationToken)
    {
        var ledger = await open(cancellationToken).ConfigureAwait(false);
        _exists = true;
        return ledger;
    }
}
