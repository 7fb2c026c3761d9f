using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>An envelope and its record as they lie among a run's artifacts.</summary>
/// <param name="ProofPath">Where the envelope lies.</param>
/// <param name="PayloadPath">Where its record lies.</param>
/// <param name="Envelope">The envelope, or null where the file is no JSON object within the limits.</param>
/// <param name="Record">The record's bytes, or null where there is none.</param>
internal sealed record StoredProof(string ProofPath, string PayloadPath, JsonObject? Envelope, byte[]? Record)
{
    public string? EventId => StoredJson.Text(Envelope, "event_id");

    /// <summary>Reads a proof, or gives null where there is no envelope.</summary>
    /// <exception cref="BadInputException">A file is larger than any that is recorded: it was not read.</exception>
    public static async Task<StoredProof?> ReadAsync(
        IArtifactRepository artifacts,
        string proofPath,
        string payloadPath,
        CancellationToken cancellationToken
    )
    {
        var proof = await ReadAsync(artifacts, proofPath, StoredBytes.MaxEnvelopeSize, cancellationToken).ConfigureAwait(false);
        if (proof is null)
        {
            return null;
        }

        var record = await ReadAsync(artifacts, payloadPath, StoredBytes.MaxRecordSize, cancellationToken).ConfigureAwait(false);
        return new StoredProof(proofPath, payloadPath, StoredJson.TryParseObject(proof), record);
    }

    private static async Task<byte[]?> ReadAsync(
        IArtifactRepository artifacts,
        string path,
        int maxSize,
        CancellationToken cancellationToken
    )
    {
        var file = await StoredBytes.ReadAsync(artifacts, path, maxSize, cancellationToken).ConfigureAwait(false);
        return file.IsTooLarge
            ? throw new BadInputException(
                $"{path} among the artifacts is larger than {maxSize:N0} bytes and was not read",
                "no file of a record is that large: somebody replaced it; put back what was recorded, or look at who wrote it"
            )
            : file.Bytes;
    }
}
