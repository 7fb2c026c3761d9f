using Hallmark.Core.Events;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>
/// A ledger that is made when something is appended, and not before: what is refused leaves no ledger behind. Until then it reads as the empty ledger that it is;
/// where another process makes it meanwhile, the append's own comparison of the chain's head notices. Safe for use by several threads.
/// </summary>
internal sealed class DeferredLedger(Func<CancellationToken, Task<EventLedger>> open) : IEventLog
{
    private readonly Lock _gate = new();
    private Task<EventLedger>? _opening; // guarded by _gate

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
        Opened?.FindChainHeadAsync(chain, cancellationToken) ?? Task.FromResult<string?>(null);

    /// <inheritdoc />
    public Task<LoggedEntry?> FindByEventIdAsync(string eventId, CancellationToken cancellationToken) =>
        Opened?.FindByEventIdAsync(eventId, cancellationToken) ?? Task.FromResult<LoggedEntry?>(null);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindByPayloadHashAsync(string payloadHash, CancellationToken cancellationToken) =>
        Opened?.FindByPayloadHashAsync(payloadHash, cancellationToken) ?? Task.FromResult<IReadOnlyList<LoggedEntry>>([]);

    /// <inheritdoc />
    public Task<IReadOnlyList<LoggedEntry>> FindBySubjectAsync(string subjectKey, CancellationToken cancellationToken) =>
        Opened?.FindBySubjectAsync(subjectKey, cancellationToken) ?? Task.FromResult<IReadOnlyList<LoggedEntry>>([]);

    private EventLedger? Opened
    {
        get
        {
            lock (_gate)
            {
                return _opening is { IsCompletedSuccessfully: true } opened ? opened.Result : null;
            }
        }
    }

    // Whoever comes while it is being opened waits for the same: a second opening would wait for the first one's lock. What failed is tried again.
    private Task<EventLedger> OpenAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _opening is { IsFaulted: false, IsCanceled: false } ? _opening : _opening = open(cancellationToken);
        }
    }
}
