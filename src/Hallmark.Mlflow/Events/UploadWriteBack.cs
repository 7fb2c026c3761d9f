using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Mlflow.Events;

/// <summary>What an event leaves in MLflow once its envelope was uploaded (mlflow-events.md §10), as one piece of outbox work. The rest of it is in the ledger.</summary>
/// <param name="TrackingUri">Which store, without credentials.</param>
/// <param name="EventId">Which event.</param>
/// <param name="Anchor">The anchor that uploads it.</param>
/// <param name="RunId">For a dataset event: the run whose input it is; else null.</param>
/// <param name="RegisteredModel">For a training event: the model whose chain it prolongs, or null.</param>
public sealed record UploadWriteBack(
    string TrackingUri,
    string EventId,
    string Anchor,
    string? RunId = null,
    string? RegisteredModel = null
)
{
    /// <summary>What the <see cref="OutboxWork.Kind"/> begins with, and the whole kind in the outbox of an earlier version.</summary>
    public const string Kind = "mlflow.upload-write-back";

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
            ["event_id"] = EventId,
            ["anchor"] = Anchor,
        };
        if (RunId is not null)
        {
            body["run_id"] = RunId;
        }

        if (RegisteredModel is not null)
        {
            body["registered_model"] = RegisteredModel;
        }

        return new OutboxWork(KindOf(TrackingUri), Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    /// <summary>Reads the work back.</summary>
    /// <exception cref="BadInputException">The body is not such work.</exception>
    public static UploadWriteBack FromOutbox(OutboxWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            var body = StrictJson.Parse(work.Body.Span) as JsonObject;
            return new UploadWriteBack(
                Required(body, "tracking_uri"),
                Required(body, "event_id"),
                Required(body, "anchor"),
                StoredJson.Text(body, "run_id"),
                StoredJson.Text(body, "registered_model")
            );
        }
        catch (JsonRejectedException failure)
        {
            throw Damaged(failure);
        }
    }

    private static string Required(JsonObject? body, string name) => StoredJson.Text(body, name) ?? throw Damaged(cause: null);

    private static BadInputException Damaged(Exception? cause) =>
        new(
            "the outbox holds upload write-back work that cannot be read",
            cause,
            "it was written by another version of hallmark, or the database was changed by hand"
        );
}
