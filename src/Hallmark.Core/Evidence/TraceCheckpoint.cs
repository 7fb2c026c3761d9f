using System.Security.Cryptography;
using System.Text.Json;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Merkle;

namespace Hallmark.Core.Evidence;

/// <summary>One checkpoint of a trace as it is verified (envelope family §12.1), with what its events and the chain need of it.</summary>
internal sealed class TraceCheckpoint
{
    private readonly JsonElement _checkpoint;
    private readonly List<string> _errors;
    private bool _envelopeOk;
    private bool _merkleRootOk;

    /// <param name="checkpoint">The entry of the body.</param>
    /// <param name="isRepeated">Whether its id was seen before.</param>
    internal TraceCheckpoint(JsonElement checkpoint, bool isRepeated)
    {
        _checkpoint = checkpoint;
        TxId = Members.FindText(checkpoint, "tx_id");
        _errors =
            TxId is null ? ["checkpoint missing tx_id"]
            : isRepeated ? ["duplicate checkpoint tx_id " + TxId]
            : [];
        ClaimedRootHex = Members.FindText(checkpoint, "merkle_root");
        ClaimedRoot = TreeHash.TryParseHex(ClaimedRootHex, out var root) ? root : null;
    }

    /// <summary>The transaction id, or null where it is no string.</summary>
    internal string? TxId { get; }

    /// <summary>The root that events are checked against, as it stands there.</summary>
    internal string? ClaimedRootHex { get; }

    /// <summary>The root that events are checked against; null where it is no hash.</summary>
    internal TreeHash? ClaimedRoot { get; }

    /// <summary>The envelope, whatever it is.</summary>
    internal JsonElement? Envelope => Members.Find(_checkpoint, "envelope");

    /// <summary>The key that signed, says the envelope.</summary>
    internal string PublicKey => Members.FindText(Envelope, "public_key") ?? "";

    /// <summary>How many leaves the record commits to; null where it does not say.</summary>
    internal long? LeafCount { get; private set; }

    /// <summary>The chain that the record says it belongs to.</summary>
    internal string ChainKey { get; private set; } = "";

    /// <summary>The record that this one follows, says the record.</summary>
    internal string? PreviousHash { get; private set; }

    /// <summary>The hash by which the next record of the chain names this one; null without a record.</summary>
    internal string? RecordHash { get; private set; }

    /// <summary>Does the work; the properties of the record and <see cref="ToResult"/> are of use afterwards.</summary>
    internal void Verify()
    {
        byte[]? record = null;
        if (Members.FindText(_checkpoint, "record_bytes") is { } hex && !HexText.TryDecode(hex, out record, out var fault))
        {
            _errors.Add("checkpoint record_bytes is not hex: " + fault);
        }

        var result = EnvelopeVerifier.Verify(Members.ToNode(Envelope), record is null ? default(ReadOnlyMemory<byte>?) : record);
        _envelopeOk = result.IsOk && result.PayloadHashOk == true;
        if (!result.SignatureOk)
        {
            _errors.Add("checkpoint envelope signature failed");
        }

        if (result.PayloadHashOk != true)
        {
            _errors.Add(
                result.PayloadHashOk is null
                    ? "checkpoint record_bytes missing — root untrusted"
                    : "checkpoint record does not bind to payload_hash"
            );
        }

        if (record is not null)
        {
            ReadRecord(record);
        }
    }

    /// <summary>The result.</summary>
    /// <param name="onChain">What the gateways said, or null where none was asked.</param>
    internal CheckpointVerification ToResult(OnChainVerification? onChain)
    {
        if (onChain?.IsOk == false)
        {
            _errors.Add($"on-chain bytes at {TxId} do not match the bundle's checkpoint envelope");
        }
        else if (onChain is { IsOk: null })
        {
            _errors.Add($"checkpoint {TxId} unreachable on all gateways");
        }

        return new CheckpointVerification
        {
            TxId = TxId ?? "",
            EnvelopeOk = _envelopeOk,
            MerkleRootOk = _merkleRootOk,
            OnChain = onChain,
            Errors = [.. _errors],
        };
    }

    private void ReadRecord(byte[] bytes)
    {
        if (!EvidenceDocument.TryRead(bytes, out var document, out var refusal))
        {
            _errors.Add("checkpoint record is not JSON: " + refusal.Message);
            return;
        }

        using (document)
        {
            var facts = Members.FindObject(document.Root, "event");
            var root = Members.Find(facts, "merkle_root");
            _merkleRootOk = ClaimedRootHex is not null && Members.FindText(facts, "merkle_root") == ClaimedRootHex;
            if (!_merkleRootOk)
            {
                var claimed = Members.Str(Members.Find(_checkpoint, "merkle_root"));
                _errors.Add($"checkpoint merkle_root mismatch: claimed={claimed} committed={Members.Str(root)}");
            }

            LeafCount = Members.FindInteger(facts, "leaf_count");
            ChainKey = Members.FindText(Members.Find(document.Root, "context"), "chain_key") ?? "";
            PreviousHash = Members.FindText(document.Root, "previous_hash");
            RecordHash = Convert.ToHexStringLower(SHA256.HashData(document.Canonical));
        }
    }
}
