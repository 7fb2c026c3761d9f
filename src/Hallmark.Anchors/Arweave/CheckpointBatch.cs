using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Digests;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Anchors.Arweave;

/// <summary>
/// A ledger's checkpoint as a signed checkpoint of <c>ario.events/v1</c> (envelope family §8). The ledger's tree has the same leaves as the family's (the complete
/// signed envelopes, RFC 9162), so an inclusion proof of the ledger is the family's receipt for an event. The note that was handed over is bound by its hash in the
/// record's metadata.
/// </summary>
/// <param name="Envelope">The signed envelope.</param>
/// <param name="Record">The record that it commits to, canonical.</param>
internal sealed record CheckpointBatch(SealedEnvelope Envelope, ReadOnlyMemory<byte> Record)
{
    /// <summary>Makes one.</summary>
    /// <param name="note">The ledger's signed checkpoint.</param>
    /// <param name="checkpoint">The same, read.</param>
    /// <param name="previous">The last receipt of this anchor, or null.</param>
    /// <param name="options">The anchor.</param>
    /// <param name="signer">Signs the envelope.</param>
    /// <param name="eventId">The event's id.</param>
    /// <param name="now">When.</param>
    /// <exception cref="BadInputException">The checkpoint is of an empty ledger.</exception>
    public static CheckpointBatch Create(
        ReadOnlyMemory<byte> note,
        Checkpoint checkpoint,
        AnchorReceipt? previous,
        ArweaveAnchorOptions options,
        ISigner signer,
        string eventId,
        DateTimeOffset now
    )
    {
        if (checkpoint.Size == 0)
        {
            throw new BadInputException("the checkpoint of an empty ledger is not anchored: there is nothing in it");
        }

        var last = CheckpointChain.Find(previous, signer.PublicKey.Hex);
        var start = last.WindowEnd is { } end && end < now ? end : now;
        var record = CanonicalJson.Canonicalize(
            (
                EventRecord.ForCheckpoint(checkpoint.Root.Hex, checkpoint.Size, start, now) with
                {
                    ProducerId = checkpoint.Origin,
                    PreviousHash = last.PreviousHash,
                    ChainKey = $"{checkpoint.Origin}#{options.Name}",
                    Metadata = new JsonObject
                    {
                        [CheckpointRecord.OriginMember] = checkpoint.Origin,
                        [CheckpointRecord.NoteMember] = Digest.Compute(DigestAlgorithm.Sha256, note.Span).Hex,
                    },
                }
            ).ToJson()
        );
        var draft = EnvelopeDrafts.Events(eventId, Convert.ToHexStringLower(SHA256.HashData(record)), options.Environment, now);
        return new CheckpointBatch(EnvelopeSealer.Seal(draft, signer), record);
    }

    /// <summary>Reads the checkpoint out of a signed note; its signatures are the ledger's business.</summary>
    /// <exception cref="BadInputException">The note is no checkpoint.</exception>
    public static Checkpoint ReadCheckpoint(ReadOnlyMemory<byte> note)
    {
        try
        {
            return Checkpoint.Parse(SignedNote.Parse(note).Text.Span);
        }
        catch (NoteFormatException fault)
        {
            throw new BadInputException("what was handed over is no signed checkpoint: " + fault.Message, fault);
        }
    }
}
