using System.Collections.Immutable;
using System.Text.Json;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;

namespace Hallmark.Core.Evidence;

/// <summary>Inclusion bundles, <c>ario.agent.proof/v1</c>: one leaf of an agent's checkpoint with its path (envelope family §10).</summary>
public static class InclusionBundle
{
    /// <summary>Verifies a bundle from the bytes received. Never throws on bytes.</summary>
    /// <param name="bundleUtf8">The bundle; at most <see cref="StrictJson.MaxSizeInBytes"/>. Repeated names count with their last value.</param>
    /// <param name="inputs">Gateways and their answers, or null.</param>
    public static InclusionBundleVerification Verify(ReadOnlySpan<byte> bundleUtf8, EvidenceInputs? inputs = null)
    {
        if (!EvidenceDocument.TryRead(bundleUtf8, out var document, out var refusal))
        {
            var why =
                refusal.Fault == JsonFault.TooDeep
                    ? $"bundle nesting exceeds the {StrictJson.MaxDepth}-level canonicalization depth bound"
                    : "bundle is not acceptable JSON: " + refusal.Message;
            return Malformed(why, specVersionOk: false);
        }

        using (document)
        {
            return Verify(document.Root, inputs ?? EvidenceInputs.None);
        }
    }

    /// <summary>Puts a bundle together.</summary>
    /// <param name="checkpointEnvelope">The checkpoint's complete signed envelope, JSON in any form.</param>
    /// <param name="checkpointTxId">The transaction under which it is published.</param>
    /// <param name="leaf">The leaf, a JSON object in any form.</param>
    /// <param name="proof">The proof that the leaf is under the checkpoint's root.</param>
    /// <returns>The bundle, canonical UTF-8.</returns>
    /// <exception cref="ArgumentException">The bundle would not verify; says why.</exception>
    /// <exception cref="JsonRejectedException">A part is not acceptable JSON.</exception>
    public static byte[] Compose(
        ReadOnlySpan<byte> checkpointEnvelope,
        string checkpointTxId,
        ReadOnlySpan<byte> leaf,
        InclusionProof proof
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(checkpointTxId);
        ArgumentNullException.ThrowIfNull(proof);
        using var writer = new CanonicalJsonWriter();
        writer
            .StartObject()
            .Name("spec_version")
            .Text(EvidenceFormat.InclusionBundle)
            .Name("checkpoint_envelope")
            .Canonical(CanonicalJson.Canonicalize(checkpointEnvelope))
            .Name("checkpoint_tx_id")
            .Text(checkpointTxId)
            .Name("leaf")
            .Canonical(CanonicalJson.Canonicalize(leaf))
            .Name("leaf_index")
            .Number(checked((long)proof.Index))
            .Name("audit_path")
            .StartArray();
        foreach (var sibling in proof.Path)
        {
            writer.Text(sibling.Hex);
        }

        var bundle = writer.EndArray().EndObject().ToArray();
        var result = Verify(bundle);
        return result.IsOk ? bundle : throw new ArgumentException("The bundle would not verify: " + string.Join("; ", result.Errors));
    }

    /// <summary>Verifies a bundle that stands in a document.</summary>
    internal static InclusionBundleVerification Verify(JsonElement bundle, EvidenceInputs inputs)
    {
        if (FindShapeFault(bundle) is { } malformed)
        {
            return malformed;
        }

        var txId = Members.FindText(bundle, "checkpoint_tx_id")!; // ! the shape was checked
        var envelope = Members.FindObject(bundle, "checkpoint_envelope")!.Value; // ! the shape was checked
        var verified = EnvelopeVerifier.Verify(Members.ToNode(envelope));
        var errors = new List<string>(verified.Errors);
        if (!verified.IsOk)
        {
            errors.Add("checkpoint envelope verification failed");
        }

        var payload = Members.FindObject(envelope, "payload");
        var fault = FindInclusionFault(bundle, payload);
        if (fault is not null)
        {
            errors.Add(fault);
        }

        var onChain = FindOnChain(txId, inputs);
        if (onChain is { IsOk: not true })
        {
            errors.Add(
                onChain.IsOk is null
                    ? $"checkpoint {txId} unreachable on all gateways"
                    : $"on-chain bytes at {txId} do not match the checkpoint envelope"
            );
        }

        return new InclusionBundleVerification
        {
            SpecVersionOk = true,
            Envelope = verified,
            InclusionOk = fault is null,
            IsMalformed = Members.FindList(bundle, "audit_path") is null,
            CheckpointTxId = txId,
            LeafIndex = Members.FindInteger(bundle, "leaf_index"),
            LeafCount = Members.FindInteger(payload, "leaf_count"),
            OnChain = onChain,
            Errors = errors,
        };
    }

    /// <summary>What one gateway is to be asked; nothing where the bundle does not verify or its id may not stand in an address.</summary>
    internal static IEnumerable<CheckpointFetch> FindFetches(JsonElement bundle, string gateway) =>
        Verify(bundle, EvidenceInputs.None) is { IsOk: true, CheckpointTxId: { } txId } && CheckpointFetch.IsFit(txId)
            ?
            [
                new CheckpointFetch(
                    gateway,
                    txId,
                    EvidenceDocument.TextOf(Members.FindObject(bundle, "checkpoint_envelope")!.Value).ToArray() // ! a good bundle has one
                ),
            ]
            : [];

    private static InclusionBundleVerification? FindShapeFault(JsonElement bundle)
    {
        if (bundle.ValueKind != JsonValueKind.Object)
        {
            return Malformed("bundle is not a JSON object", specVersionOk: false);
        }

        if (Members.FindText(bundle, "spec_version") != EvidenceFormat.InclusionBundle)
        {
            return Malformed(
                "unsupported bundle spec_version: " + Members.Repr(Members.Find(bundle, "spec_version")),
                specVersionOk: false
            );
        }

        return Members.FindObject(bundle, "checkpoint_envelope") is null ? Malformed("bundle missing checkpoint_envelope")
            : Members.FindObject(bundle, "leaf") is null ? Malformed("bundle missing leaf")
            : string.IsNullOrEmpty(Members.FindText(bundle, "checkpoint_tx_id")) ? Malformed("bundle missing checkpoint_tx_id")
            : null;
    }

    private static string? FindInclusionFault(JsonElement bundle, JsonElement? payload)
    {
        if (payload is null)
        {
            return "checkpoint envelope payload missing or wrong shape";
        }

        if (Members.FindInteger(payload, "leaf_count") is not { } count)
        {
            return "checkpoint payload.leaf_count missing or wrong type";
        }

        if (
            !TreeHash.TryParseHex(Members.FindText(payload, "merkle_root"), out var root)
            || Members.FindInteger(bundle, "leaf_index") is not { } index
            || FindPath(bundle) is not { } path
        )
        {
            return "merkle_root / audit_path / leaf_index malformed";
        }

        var leaf = MerkleHash.Leaf(EvidenceDocument.TextOf(Members.FindObject(bundle, "leaf")!.Value)); // ! the shape was checked
        return index >= 0 && count > 0 && new InclusionProof((ulong)index, (ulong)count, path).Verifies(leaf, root)
            ? null
            : "audit_path does not reconstruct merkle_root";
    }

    private static ImmutableArray<TreeHash>? FindPath(JsonElement bundle)
    {
        if (Members.FindList(bundle, "audit_path") is not { } list)
        {
            return null;
        }

        var path = ImmutableArray.CreateBuilder<TreeHash>(list.GetArrayLength());
        foreach (var sibling in list.EnumerateArray())
        {
            if (sibling.ValueKind != JsonValueKind.String || !TreeHash.TryParseHex(sibling.GetString(), out var hash))
            {
                return null;
            }

            path.Add(hash);
        }

        return path.MoveToImmutable();
    }

    private static OnChainVerification? FindOnChain(string txId, EvidenceInputs inputs) =>
        inputs.Gateways.Count == 0 ? null : OnChainVerification.Of(txId, inputs);

    private static InclusionBundleVerification Malformed(string error, bool specVersionOk = true) =>
        new()
        {
            SpecVersionOk = specVersionOk,
            IsMalformed = true,
            Errors = [error],
        };
}
