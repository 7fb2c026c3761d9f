using System.Security.Cryptography;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Arweave.Receipts;

/// <summary>Whether an item commits to the content that was handed over, part by part.</summary>
internal static class ContentChecks
{
    /// <summary>Direct mode: the item's data are the envelope.</summary>
    public static void RunDirect(ArweaveProof proof, ReadOnlyMemory<byte> content, ReceiptCheckList checks)
    {
        checks.Decide(
            "data",
            proof.Item.Data.Span.SequenceEqual(content.Span) ? null : ("another_content", "the item carries other bytes than the content"),
            "the item carries the content, byte for byte"
        );
        if (proof.Record is not null)
        {
            checks.Fail("record", "unexpected", "an envelope that is an item of its own has no checkpoint record");
        }

        CheckEnvelope(content, checks, allowLegacy: true);
        CheckTags(proof, envelope => ItemTags.Direct(envelope, appVersion: ""), checks);
    }

    /// <summary>Batched mode: the data are a signed checkpoint of <c>ario.events/v1</c> over the record, and the record names the note.</summary>
    public static void RunBatched(AnchorReceipt receipt, ArweaveProof proof, ReadOnlyMemory<byte> content, ReceiptCheckList checks)
    {
        CheckEnvelope(proof.Envelope, checks, allowLegacy: false);

        // Not every item says in public what it is about; one that does says it rightly.
        var hash = proof.Item.Tags.Any(tag => tag.Name == ItemTags.ContentHash) ? receipt.Digest.Hex : null;
        CheckTags(proof, envelope => ItemTags.Batched(envelope, scope: null, hash), checks);
        if (proof.Record is not { } bytes)
        {
            checks.Fail("record", "missing", "the receipt does not hold the record that the checkpoint envelope commits to");
            return;
        }

        var isCommitted =
            EnvelopeView.TryRead(proof.Envelope.Span, out var view)
            && view.PayloadHash == Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        var record = CheckpointRecord.TryRead(bytes.Span, out var read) ? read : null;
        checks.Decide(
            "record",
            !isCommitted ? ("hash_mismatch", "the record is not what the checkpoint envelope commits to")
                : record is null ? ("malformed", "the record is no checkpoint record")
                : null,
            "the checkpoint envelope commits to the record"
        );
        if (record is not null)
        {
            checks.Decide(
                "checkpoint",
                FindMismatch(receipt, record, content),
                $"the record names the checkpoint of {record.LeafCount} entries and its note"
            );
        }
    }

    private static (string Reason, string Detail)? FindMismatch(
        AnchorReceipt receipt,
        CheckpointRecord record,
        ReadOnlyMemory<byte> content
    )
    {
        Checkpoint checkpoint;
        try
        {
            checkpoint = CheckpointBatch.ReadCheckpoint(content);
        }
        catch (BadInputException fault)
        {
            return ("malformed", fault.Message);
        }

        return record.MerkleRoot != checkpoint.Root.Hex ? ("another_root", "the record names another Merkle root than the checkpoint")
            : record.LeafCount != checkpoint.Size ? ("another_size", "the record names another number of entries than the checkpoint")
            : receipt.TreeSize != checkpoint.Size ? ("another_size", "the receipt names another number of entries than the checkpoint")
            : record.Origin != checkpoint.Origin ? ("another_log", "the record names another log than the checkpoint")
            : record.NoteHash != receipt.Digest.Hex ? ("another_note", "the record names another signed note than the receipt")
            : null;
    }

    private static void CheckEnvelope(ReadOnlyMemory<byte> envelope, ReceiptCheckList checks, bool allowLegacy)
    {
        var verification = EnvelopeVerifier.Verify(envelope.Span, allowLegacy: allowLegacy);
        checks.Decide(
            "envelope",
            verification.IsOk ? null : ("envelope_invalid", "the envelope does not verify: " + string.Join("; ", verification.Errors)),
            "the envelope's own key signed it"
        );
    }

    private static void CheckTags(ArweaveProof proof, Func<EnvelopeView, IReadOnlyList<DataItemTag>> expect, ReceiptCheckList checks)
    {
        if (!EnvelopeView.TryRead(proof.Envelope.Span, out var envelope))
        {
            checks.Fail("tags", "no_envelope", "there is no envelope that the tags could mirror");
            return;
        }

        // In direct mode the version is that of whatever program made the item.
        var any = proof.Record is null ? "App-Version" : null;
        checks.Decide(
            "tags",
            ItemTags.FindMismatch(proof.Item, expect(envelope), any) is { } name
                ? ("tag_mismatch", $"the tag {name} does not mirror the envelope")
                : null,
            "the item's tags mirror the envelope"
        );
    }
}
