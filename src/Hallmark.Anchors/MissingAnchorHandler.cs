using Hallmark.Core.Events;

namespace Hallmark.Anchors;

/// <summary>Stands for an anchor that left the settings while there was work for it: the work stays, and says why.</summary>
/// <param name="anchor">The anchor's name.</param>
public sealed class MissingAnchorHandler(string anchor) : IOutboxHandler
{
    /// <inheritdoc />
    public string Kind { get; } = AnchorWork.KindOf(anchor);

    /// <inheritdoc />
    public bool HasOneDestination => true;

    /// <inheritdoc />
    public Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken) =>
        throw new AnchorUnavailableException($"anchor \"{anchor}\" is no longer in the settings", "put it back into hallmark.json");
}
