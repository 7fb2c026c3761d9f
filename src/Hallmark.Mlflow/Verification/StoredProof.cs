using System.Text.Json.Nodes;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>An envelope and its record as they lie among a run's artifacts.</summary>
/// <param name="ProofPath">Where the envelope lies.</param>
/// <param name="PayloadPath">Where its record lies.</param>
/// <param name="Envelope">The envelope, or null where the file is no JSON object within the limits.</param>
/// <param name="Record">The record's bytes, or null where there is none.</param>
/// <param name="IsRecordTooLarge">True where the record is larger than any that is read.</param>
internal sealed record StoredProof(string ProofPath, string PayloadPath, JsonObject? Envelope, byte[]? Record, bool IsRecordTooLarge)
{
    public string? EventId => StoredJson.Text(Envelope, "event_id");

    /// <summary>Reads a proof, or gives null where neither file is there.</summary>
    public static async Task<StoredProof?> ReadAsync(
        IArtifactRepository artifacts,
        string proofPath,
        string payloadPath,
        CancellationToken cancellationToken
    )
    {
        var proof = await StoredBytes.ReadAsync(artifacts, proofPath, StoredBytes.MaxEnvelopeSize, cancellationToken).ConfigureAwait(false);
        if (proof is { Bytes: null, IsTooLarge: false })
        {
            return null;
        }

        var record = await StoredBytes
            .ReadAsync(artifacts, payloadPath, StoredBytes.MaxRecordSize, cancellationToken)
            .ConfigureAwait(false);
        return new StoredProof(
            proofPath,
            payloadPath,
            proof.Bytes is { } bytes ? StoredJson.TryParseObject(bytes) : null,
            record.Bytes,
            record.IsTooLarge
        );
    }
}
