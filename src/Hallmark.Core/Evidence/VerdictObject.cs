using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>Writes verdict objects, <c>ario.evidence.verdict/v1</c> (envelope family §15.1).</summary>
internal static class VerdictObject
{
    private const long LargestExact = (1L << 53) - 1;

    internal static JsonObject Build(RecomputedExport export, EvidenceStatus status)
    {
        var source = export.Source;
        var byCheckpoint = export.Attestations.ToLookup(attestation => attestation.CheckpointTxId, StringComparer.Ordinal);
        var good = export.Attestations.Count(attestation => attestation.IsOk);
        var verdict = new JsonObject
        {
            ["schema_version"] = EvidenceFormat.Verdict,
            ["status"] = EvidenceWords.Of(status),
            ["summary"] =
                $"Export {EvidenceWords.Of(status)}: source bundle {EvidenceWords.Of(source.Status)} "
                + $"({source.Events.Count} event(s) across {source.Checkpoints.Count} checkpoint(s)); "
                + $"{good}/{export.Attestations.Count} operator attestation(s) valid.",
            ["counts"] = new JsonObject
            {
                ["verified"] = Count(source, EvidenceStatus.Verified) + good,
                ["failed"] = Count(source, EvidenceStatus.Failed) + export.Attestations.Count - good,
                ["undetermined"] = Count(source, EvidenceStatus.Partial),
            },
            ["events"] = new JsonArray([.. source.Events.Select(Event)]),
            ["checkpoints"] = new JsonArray([
                .. source.Checkpoints.Select(checkpoint => Checkpoint(checkpoint, byCheckpoint[checkpoint.TxId])),
            ]),
            ["custody_chain"] = null,
        };
        if (export.GeneratedAt is not null)
        {
            verdict["as_of"] = export.GeneratedAt;
        }

        return verdict;
    }

    private static int Count(EvidenceVerification source, EvidenceStatus status) => source.Events.Count(item => item.Status == status);

    private static JsonObject Event(TraceEventVerification item) =>
        new()
        {
            ["event_id"] = item.EventId,
            ["signature_ok"] = item.EnvelopeOk,
            ["payload_bound"] = item.PayloadBindingOk,
            ["inclusion_ok"] = item.InclusionOk,
            ["content_ok"] = item.ContentOk,
            ["status"] = EvidenceWords.Of(item.Status),
        };

    private static JsonObject Checkpoint(CheckpointVerification checkpoint, IEnumerable<AttestationVerification> attestations) =>
        new()
        {
            ["checkpoint_tx_id"] = checkpoint.TxId,
            ["merkle_root_ok"] = checkpoint.MerkleRootOk,
            ["on_chain"] = checkpoint.OnChain?.ToJson(),
            ["attestations"] = new JsonArray([.. attestations.Select(Attestation)]),
        };

    private static JsonObject Attestation(AttestationVerification attestation)
    {
        var json = new JsonObject
        {
            ["operator"] = attestation.Operator,
            ["signature_ok"] = attestation.SignatureOk,
            ["operator_address_bound"] = attestation.OperatorAddressBound,
            ["data_hash_bound"] = attestation.DataHashBound,
            ["subject_ref_ok"] = null,
        };
        if (!string.IsNullOrEmpty(attestation.Gateway))
        {
            json["gateway"] = attestation.Gateway;
        }

        if (attestation.Level is { } level)
        {
            // A level beyond what a double holds exactly is nobody's; as an integer it would have no canonical form, and the verifier would have no answer.
            json["level"] = level is >= -LargestExact and <= LargestExact ? JsonValue.Create(level) : JsonValue.Create((double)level);
        }

        return json;
    }
}
