using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Mlflow.Events;

/// <summary>What many predictions leave in MLflow, as one piece of outbox work: only which they are; the rest is in the ledger. About 40 bytes a prediction.</summary>
/// <param name="TrackingUri">Which store, without credentials.</param>
/// <param name="EventIds">Which predictions; 1 to <see cref="MaxPredictions"/>.</param>
/// <param name="Anchor">The anchor that uploads the envelopes of direct ones by themselves, or null.</param>
public sealed record PredictionWriteBack(string TrackingUri, IReadOnlyList<string> EventIds, string? Anchor)
{
    /// <summary>What the <see cref="OutboxWork.Kind"/> begins with, and the whole kind in the outbox of an earlier version.</summary>
    public const string Kind = "mlflow.predictions";

    /// <summary>Most predictions in one piece: what is repeated after a failure stays small.</summary>
    public const int MaxPredictions = 512;

    /// <summary>The kind of work of one store: each is worked for by itself.</summary>
    /// <param name="trackingUri">Which store, without credentials.</param>
    public static string KindOf(string trackingUri) => StoreKind.Of(Kind, trackingUri);

    /// <summary>True where work of this kind is of this sort, whatever the store.</summary>
    public static bool IsKind(string kind) => StoreKind.Is(Kind, kind);

    /// <summary>The work as the outbox keeps it.</summary>
    public OutboxWork ToOutbox()
    {
        var body = new JsonObject
        {
            ["tracking_uri"] = TrackingUri,
            ["event_ids"] = new JsonArray([.. EventIds.Select(id => (JsonNode)id)]),
        };
        if (Anchor is not null)
        {
            body["anchor"] = Anchor;
        }

        return new OutboxWork(KindOf(TrackingUri), Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    /// <summary>Reads the work back.</summary>
    /// <exception cref="BadInputException">The body is not such work.</exception>
    public static PredictionWriteBack FromOutbox(OutboxWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return
            StrictJson.TryParse(work.Body.Span, out var node, out _)
            && node is JsonObject body
            && StoredJson.Text(body, "tracking_uri") is { } trackingUri
            && body["event_ids"] is JsonArray { Count: <= MaxPredictions } list
            && list.Select(item => item is JsonValue value && value.TryGetValue<string>(out var id) ? id : null).ToList() is var ids
            && ids.TrueForAll(id => id is not null)
            ? new PredictionWriteBack(trackingUri, [.. ids.OfType<string>()], StoredJson.Text(body, "anchor"))
            : throw new BadInputException(
                "the outbox holds write-back work of predictions that cannot be read",
                "it was written by another version of hallmark, or the database was changed by hand"
            );
    }
}
