using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>
/// The original's composite verifications, result for result (mlflow-events.md §11 and §12). They say less than they seem to (peer-faults.md §2); our own verdict is
/// that of <c>RunVerifier</c> and its kin.
/// </summary>
public static class ArioVerification
{
    /// <summary><c>full_verify</c>: all four checks.</summary>
    /// <param name="envelope">The parsed envelope; anything that is no object fails check 1.</param>
    /// <param name="store">The MLflow store, or null where there is none.</param>
    /// <param name="attestation">The service's answer, or null where no client is configured.</param>
    /// <param name="minimumLevel">The attestation level that is enough.</param>
    /// <param name="transactionId">The upload's transaction, or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<ArioResult> FullVerifyAsync(
        JsonNode? envelope,
        IMlflowStore? store,
        AttestationAnswer? attestation,
        int minimumLevel,
        string? transactionId,
        CancellationToken cancellationToken
    )
    {
        var signature = ArioSignature.Check(envelope);
        var (anchored, bytes) = store is null
            ? (new ArioCheck(null, "no_mlflow_client"), null)
            : await ArioAnchoredBytes.CheckAsync(envelope, store, cancellationToken).ConfigureAwait(false);
        var source =
            store is null || bytes is null
                ? new ArioCheck(null, "no_payload_to_compare")
                : await ArioSourceOfTruth.CheckAsync(envelope, bytes, store, cancellationToken).ConfigureAwait(false);
        var attested = ArioAttestation.Check(attestation, envelope, transactionId, minimumLevel);
        return new ArioResult
        {
            Signature = signature,
            AnchoredBytes = anchored,
            SourceOfTruth = source,
            Attestation = attested,
            Overall = ArioOverall.OfFull(StoredJson.Text(envelope, "event_type"), signature.Ok, anchored.Ok, source.Ok, attested.Ok),
        };
    }

    /// <summary><c>verify_proof_by_tx</c>, after the envelope was fetched.</summary>
    /// <param name="envelope">What the gateway gave, or null where nothing was found.</param>
    /// <param name="store">The MLflow store, or null where there is none.</param>
    /// <param name="attestation">The service's answer, or null where no client is configured.</param>
    /// <param name="minimumLevel">The attestation level that is enough.</param>
    /// <param name="transactionId">The transaction that was asked for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<ArioResult> VerifyProofAsync(
        JsonNode? envelope,
        IMlflowStore? store,
        AttestationAnswer? attestation,
        int minimumLevel,
        string transactionId,
        CancellationToken cancellationToken
    )
    {
        if (envelope is null)
        {
            var absent = new ArioCheck(null, "no_envelope");
            return new ArioResult
            {
                Signature = absent,
                AnchoredBytes = absent,
                SourceOfTruth = absent,
                Attestation = absent,
                Overall = null,
                ProofFound = false,
            };
        }

        var result = await FullVerifyAsync(envelope, store, attestation, minimumLevel, transactionId, cancellationToken)
            .ConfigureAwait(false);
        return result with { ProofFound = true };
    }

    /// <summary><c>verify_record</c>: for an auditor who has envelope and record and no MLflow.</summary>
    /// <param name="envelope">The parsed envelope.</param>
    /// <param name="record">The committed bytes; empty or null fails.</param>
    /// <param name="attestation">The service's answer, or null where no client is configured.</param>
    /// <param name="minimumLevel">The attestation level that is enough.</param>
    /// <param name="transactionId">The upload's transaction, or null.</param>
    public static ArioResult VerifyRecord(
        JsonNode? envelope,
        byte[]? record,
        AttestationAnswer? attestation,
        int minimumLevel,
        string? transactionId
    )
    {
        var signature = ArioSignature.Check(envelope);
        var stored = StoredJson.Text(envelope, "payload_hash");
        var computed = record is { Length: > 0 } ? RecordHash.Of(record) : null;
        var anchored = new ArioCheck(computed is not null && computed == stored, computed is null ? "no_canonical_bytes_provided" : null)
        {
            Details = new JsonObject { ["computed_hash"] = computed, ["stored_hash"] = stored },
        };
        var attested = ArioAttestation.Check(attestation, envelope, transactionId, minimumLevel);
        return new ArioResult
        {
            Signature = signature,
            AnchoredBytes = anchored,
            Attestation = attested,
            Overall = ArioOverall.OfRecord(signature.Ok, anchored.Ok, attested.Ok),
        };
    }
}
