using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Signatures;
using Hallmark.Ledger;

namespace Hallmark.Evidence.Composing;

/// <summary>
/// Makes an <c>ario.anchor.trace/v1</c> (envelope family §12) out of batched Arweave receipts, for the family's other tools. The ledger's tree has the family's leaves, so its
/// inclusion proofs are the family's. Events of our own profile are left out: those tools do not know it.
/// </summary>
/// <param name="ledger">The ledger.</param>
public sealed class TraceComposer(LedgerReader ledger)
{
    private const int MaxTried = 256;

    /// <summary>Makes one, and verifies it as the family does.</summary>
    /// <param name="events">The events; what they follow is added.</param>
    /// <param name="hasOnlyHashes">True to leave the records out.</param>
    /// <param name="now">When.</param>
    /// <param name="signer">Whose report it is.</param>
    /// <param name="cancellationToken">Ends the gathering.</param>
    /// <returns>The signed bundle, and what came of verifying it.</returns>
    /// <exception cref="BadInputException">None of the events is under a checkpoint that was sent to Arweave in batched mode.</exception>
    public async Task<(byte[] Bundle, Verdict Verdict)> ComposeAsync(
        IReadOnlyList<LoggedEntry> events,
        bool hasOnlyHashes,
        DateTimeOffset now,
        ISigner signer,
        CancellationToken cancellationToken
    )
    {
        var checkpoints = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var traced = new JsonArray();
        foreach (var entry in await RelatedEntries.FindAsync(ledger, events, cancellationToken).ConfigureAwait(false))
        {
            if (
                StrictJson.Parse(entry.Envelope.Span) is JsonObject envelope
                && envelope["spec_version"]?.GetValue<string>().StartsWith("ario.", StringComparison.Ordinal) is true
                && await FindBatchAsync(entry.Index, cancellationToken).ConfigureAwait(false) is var (proof, size)
            )
            {
                var inclusion = await ledger.ProveInclusionAsync(entry.Index, size, cancellationToken).ConfigureAwait(false);
                var root = await ledger.FindRootAsync(size, cancellationToken).ConfigureAwait(false);
                checkpoints.TryAdd(proof.Item.Id, DescribeCheckpoint(proof, root));
                traced.Add((JsonNode)DescribeEvent(entry, envelope, inclusion, proof.Item.Id, hasOnlyHashes));
            }
        }

        if (traced.Count == 0)
        {
            throw new BadInputException(
                "none of these events is under a checkpoint that was sent to Arweave",
                "set up an arweave anchor for checkpoints, then: hallmark outbox drain"
            );
        }

        var body = new JsonObject { ["checkpoints"] = new JsonArray([.. checkpoints.Values]), ["events"] = traced };
        var verdict = Judge(BundleSealer.Seal(EvidenceFormat.Trace, (JsonObject)body.DeepClone(), new Verdict("trace", []), now, signer));
        return (BundleSealer.Seal(EvidenceFormat.Trace, body, verdict, now, signer), verdict);
    }

    private async Task<(ArweaveProof Proof, long Size)?> FindBatchAsync(long index, CancellationToken cancellationToken)
    {
        foreach (var receipt in await ledger.Receipts.FindCoveringAsync(index, MaxTried, cancellationToken).ConfigureAwait(false))
        {
            if (
                receipt.World == ArweaveAnchor.WorldName
                && receipt is { TreeSize: { } size, State: not ReceiptState.Prepared and not ReceiptState.Rejected }
                && ArweaveProof.TryRead(receipt, out var proof, out _)
                && proof.Record is not null
            )
            {
                return (proof, size);
            }
        }

        return null;
    }

    private static JsonObject DescribeCheckpoint(ArweaveProof proof, TreeHash root) =>
        new()
        {
            ["tx_id"] = proof.Item.Id,
            ["envelope"] = StrictJson.Parse(proof.Envelope.Span),
            ["record_bytes"] = Convert.ToHexStringLower(proof.Record!.Value.Span), // ! only batches come here
            ["merkle_root"] = root.Hex,
        };

    private static JsonObject DescribeEvent(
        LoggedEntry entry,
        JsonObject envelope,
        InclusionProof inclusion,
        string txId,
        bool hasOnlyHashes
    )
    {
        var json = new JsonObject
        {
            ["envelope"] = envelope,
            ["inclusion"] = new JsonObject
            {
                ["leaf_hash"] = MerkleHash.Leaf(entry.Envelope.Span).Hex,
                ["leaf_index"] = inclusion.Index,
                ["leaf_count"] = inclusion.TreeSize,
                ["audit_path"] = new JsonArray([.. inclusion.Path.Select(hash => (JsonNode)hash.Hex)]),
                ["checkpoint_tx_id"] = txId,
            },
        };
        if (!hasOnlyHashes && entry.Record is { } record)
        {
            json["record_bytes"] = Convert.ToHexStringLower(record.Span);
        }

        return json;
    }

    private static Verdict Judge(byte[] bundle)
    {
        var found = EvidenceVerifier.Verify(bundle);
        var check = new Check
        {
            Name = "trace",
            Outcome = found.Status switch
            {
                EvidenceStatus.Verified => CheckOutcome.Passed,
                EvidenceStatus.Partial => CheckOutcome.NotRun,
                _ => CheckOutcome.Failed,
            },
            IsRequired = found.Status is not EvidenceStatus.Partial,
            Detail = string.Join("; ", found.Errors),
        };
        return new Verdict("trace", [check]);
    }
}
