using Hallmark.Core.Digests;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Predictions;

/// <summary>
/// The record of a batched prediction: an event record of <c>ario.events/v1</c> (envelope family §8) that commits to the payload of mlflow-events.md §7.2 and carries it,
/// so that the record alone can be checked. See docs/formats/predictions.md.
/// </summary>
public static class PredictionRecord
{
    /// <summary>The record's <c>event_type</c>.</summary>
    public const string EventType = "mlflow.prediction";

    /// <summary>The member of <c>metadata</c> that holds the payload.</summary>
    public const string PayloadMember = "prediction";

    /// <summary>The member of <c>metadata</c> that names the transaction of the model's registration, where there is one.</summary>
    public const string RegistrationMember = "registration_tx";

    /// <summary>Writes the record.</summary>
    /// <param name="payload">The payload, canonical bytes.</param>
    /// <param name="registrationTransaction">The version's tag <c>ario.registration_tx</c> as read when the model was loaded, or null.</param>
    /// <param name="producerId">Who produced it, or null.</param>
    /// <returns>Canonical bytes: those of <see cref="EventRecord"/> with the same parts.</returns>
    /// <exception cref="JsonRejectedException">A text is not well-formed.</exception>
    public static byte[] Write(ReadOnlySpan<byte> payload, string? registrationTransaction, string? producerId)
    {
        using var writer = new CanonicalJsonWriter();
        writer.StartObject().Name("context").StartObject().EndObject();
        writer.Name("event").StartObject();
        writer.Name("content_hash").Text(Sha256.HashHex(payload)).Name("content_length").Number((long)payload.Length);
        writer.EndObject();
        writer.Name("event_type").Text(EventType).Name("extras").StartObject().EndObject();
        writer.Name("metadata").StartObject().Name(PayloadMember).Canonical(payload);
        if (registrationTransaction is { Length: > 0 })
        {
            writer.Name(RegistrationMember).Text(registrationTransaction);
        }

        writer.EndObject();
        writer.Name("payload_version").Number(1L).Name("previous_hash").Text(EnvelopeDrafts.Genesis);
        writer.Name("spec_version").Text(SpecVersion.Events).Name("subject").StartObject();
        if (producerId is not null)
        {
            writer.Name("producer_id").Text(producerId);
        }

        return writer.Name("type").Text("producer").EndObject().EndObject().ToArray();
    }
}
