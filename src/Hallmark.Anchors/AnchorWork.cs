using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Anchors;

/// <summary>The outbox work of bringing one digest to one anchor, and there to its end. Each anchor's work is a kind of its own, so that a world that is down holds up no other.</summary>
public static class AnchorWork
{
    /// <summary>What the kinds of this work begin with; the anchor's name follows.</summary>
    public const string KindPrefix = "anchor:";

    /// <summary>The kind of work of an anchor.</summary>
    public static string KindOf(string anchor) => KindPrefix + anchor;

    /// <summary>The work of handing something to an anchor.</summary>
    public static OutboxWork Describe(string anchor, AnchorSubmission submission)
    {
        ArgumentNullException.ThrowIfNull(submission);
        var body = new JsonObject
        {
            ["target"] = AnchorReceiptJson.NameOf(submission.Target),
            ["content"] = Convert.ToBase64String(submission.Content.Span),
        };
        if (submission is { Origin: { } origin, TreeSize: { } size })
        {
            body["origin"] = origin;
            body["tree_size"] = size;
        }

        return new OutboxWork(KindOf(anchor), CanonicalJson.Canonicalize(body));
    }

    /// <summary>Reads the work back.</summary>
    /// <exception cref="BadInputException">The body is not such work.</exception>
    public static AnchorSubmission Read(OutboxWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            var body = StrictJson.Parse(work.Body.Span)!.AsObject();
            var content = Convert.FromBase64String(body["content"]!.GetValue<string>());
            return body["target"]!.GetValue<string>() == AnchorReceiptJson.NameOf(AnchorTarget.Checkpoint)
                ? AnchorSubmission.OfCheckpoint(body["origin"]!.GetValue<string>(), body["tree_size"]!.GetValue<long>(), content)
                : AnchorSubmission.OfEnvelope(content);
        }
        catch (Exception fault)
            when (fault is NullReferenceException or InvalidOperationException or FormatException or JsonRejectedException)
        {
            throw new BadInputException($"the outbox work of kind {work.Kind} is damaged", fault);
        }
    }
}
