using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Json;

namespace Hallmark.Anchors;

/// <summary>Takes checkpoints out of the outbox and hands each to its anchor.</summary>
public sealed class CheckpointWorkHandler(IReadOnlyList<IAnchor> anchors) : IOutboxHandler
{
    /// <summary>The kind of work this handler takes.</summary>
    public const string WorkKind = "anchor.checkpoint";

    /// <inheritdoc />
    public string Kind => WorkKind;

    /// <summary>The work of handing one checkpoint to one anchor.</summary>
    public static OutboxWork Describe(string anchor, AnchorSubmission submission) =>
        new(
            WorkKind,
            CanonicalJson.Canonicalize(
                new JsonObject
                {
                    ["anchor"] = anchor,
                    ["origin"] = submission.Origin,
                    ["tree_size"] = submission.TreeSize,
                    ["signed_note"] = Convert.ToBase64String(submission.SignedNote.Span),
                }
            )
        );

    /// <inheritdoc />
    public async Task HandleAsync(OutboxWork work, CancellationToken cancellationToken)
    {
        var body = StrictJson.Parse(work.Body.Span)!.AsObject();
        var name = body["anchor"]!.GetValue<string>();
        var anchor =
            anchors.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new AnchorUnavailableException(
                $"anchor \"{name}\" is no longer in the settings",
                "put it back into hallmark.json, or drop its work from the outbox"
            );
        var submission = new AnchorSubmission(
            body["origin"]!.GetValue<string>(),
            body["tree_size"]!.GetValue<long>(),
            Convert.FromBase64String(body["signed_note"]!.GetValue<string>())
        );
        await anchor.SubmitAsync(submission, cancellationToken).ConfigureAwait(false);
    }
}
