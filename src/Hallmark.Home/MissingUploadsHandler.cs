using Hallmark.Anchors;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Events;

namespace Hallmark.Home;

/// <summary>Stands for the anchor that uploads, where it left the settings while there was work that waits for its uploads: the work stays, and says why.</summary>
/// <param name="kind">The kind of work that waits.</param>
internal sealed class MissingUploadsHandler(string kind) : IOutboxHandler
{
    /// <inheritdoc />
    public string Kind => kind;

    /// <inheritdoc />
    public bool HasOneDestination => true;

    /// <inheritdoc />
    public Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken) =>
        throw new AnchorUnavailableException(
            $"the anchor \"{UploadWriteBack.FromOutbox(work).Anchor}\" that uploads is no longer in the settings",
            "put it back into hallmark.json, with \"anchors\": \"envelope\""
        );
}
