using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;

namespace Hallmark.Home;

/// <summary>Brings work to an anchor that is opened when there is some: one that cannot be opened keeps its own work waiting, and nobody else's.</summary>
internal sealed class ConfiguredAnchorHandler(
    ConfiguredAnchor anchor,
    IReceiptStore receipts,
    Func<long?> findNewestSize,
    TimeProvider time
) : IOutboxHandler
{
    private AnchorWorkHandler? _handler;

    /// <inheritdoc />
    public string Kind { get; } = AnchorWork.KindOf(anchor.Name);

    /// <inheritdoc />
    public bool HasOneDestination => true;

    /// <inheritdoc />
    public Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        _handler ??= new AnchorWorkHandler(anchor.Open(), receipts, new AnchorSchedule(anchor.Settings.Every, findNewestSize), time);
        return _handler.HandleAsync(work, cancellationToken);
    }
}
