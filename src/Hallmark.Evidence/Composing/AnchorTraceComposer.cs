using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Ledger;

namespace Hallmark.Evidence.Composing;

/// <summary>
/// Makes an <c>ario.anchor.trace/v1</c> (envelope family §12) out of batched Arweave receipts, for the family's other tools. The ledger's tree has the family's leaves, so its
/// inclusion proofs are the family's. Events of our own profile are left out: those tools do not know it.
/// </summary>
/// <param name="ledger">The ledger.</param>
public sealed class AnchorTraceComposer(LedgerReader ledger)
{
    private const int MaxTried = 256;

    /// <summary>Makes one, and verifies it as the family does.</summary>
    /// <param name="events">The events; what they follow is added.</param>
    /// <param name="hasOnlyHashes">True to leave the records out.</param>
    /// <param name="now">When.</param>
    /// <param name="signer">Whose report it is.</param>
    /// <param name="cancellationToken">Ends the gathering.</param>
    /// <exception cref="BadInputException">None of the events is under a checkpoint that was sent to Arweave in batched mode, or the ledger does not bear a checkpoint out.</exception>
    public async Task<AnchorTrace> ComposeAsync(
        IReadOnlyList<LoggedEntry> events,
        bool hasOnlyHashes,
        DateTimeOffset now,
        ISigner signer,
        CancellationToken cancellationToken
    )
    {
        var trace = new TraceComposer();
        var checkpoints = new Dictionary<string, ArweaveProof>(StringComparer.Ordinal);
        foreach (var entry in await RelatedEntries.FindAsync(ledger, events, cancellationToken).ConfigureAwait(false))
        {
            if (
                StrictJson.TryParse(entry.Envelope.Span, out var envelope, out _)
                && (envelope as JsonObject)?["spec_version"] is JsonValue version
                && version.TryGetValue<string>(out var profile)
                && profile.StartsWith("ario.", StringComparison.Ordinal)
                && await FindBatchAsync(entry.Index, cancellationToken).ConfigureAwait(false) is var (proof, size)
            )
            {
                await AddAsync(trace, entry, hasOnlyHashes, proof, size, checkpoints.TryAdd(proof.Item.Id, proof), cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        if (checkpoints.Count == 0)
        {
            throw new BadInputException(
                "none of these events is under a checkpoint that was sent to Arweave",
                "set up an arweave anchor for checkpoints, then: hallmark outbox drain"
            );
        }

        var body = trace.ToBody();
        var verdict = FamilyVerdict.Of("trace", BundleSealer.Seal(EvidenceFormat.Trace, body, new Verdict("trace", []), now, signer));
        return new AnchorTrace(
            BundleSealer.Seal(EvidenceFormat.Trace, body, verdict, now, signer),
            verdict,
            [.. checkpoints.Values.SelectMany(proof => proof.Attestations).Select(attestation => attestation.ToRecord())]
        );
    }

    private async Task AddAsync(
        TraceComposer trace,
        LoggedEntry entry,
        bool hasOnlyHashes,
        ArweaveProof proof,
        long size,
        bool isNew,
        CancellationToken cancellationToken
    )
    {
        var inclusion = await ledger.ProveInclusionAsync(entry.Index, size, cancellationToken).ConfigureAwait(false);
        try
        {
            if (isNew)
            {
                trace.AddCheckpoint(proof.Item.Id, proof.Envelope, proof.Record!.Value); // ! only batches come here
            }

            trace.AddEvent(new TraceItem(entry.Envelope, hasOnlyHashes ? null : entry.Record), proof.Item.Id, inclusion);
        }
        catch (ArgumentException fault)
        {
            throw new BadInputException(
                $"entry {entry.Index} and the checkpoint {proof.Item.Id} do not fit together: {fault.Message}",
                fault,
                "hallmark ledger verify"
            );
        }
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
}
