using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Merkle;

namespace Hallmark.Core.Evidence;

/// <summary>One event of a trace as it is verified (envelope family §12.2).</summary>
internal sealed class TraceEvent(JsonElement item)
{
    private readonly List<string> _errors = [];
    private readonly JsonElement? _envelope = Members.Find(item, "envelope");
    private byte[]? _record;

    /// <summary>The event's id as the envelope names it.</summary>
    internal string EventId { get; } = Members.FindText(Members.Find(item, "envelope"), "event_id") ?? "<unknown>";

    /// <summary>The hash of the complete envelope as a leaf, which tells events apart.</summary>
    internal TreeHash Leaf { get; private set; }

    /// <summary>The checkpoint that the proof names; null where the bundle does not hold it.</summary>
    internal TraceCheckpoint? Checkpoint { get; private set; }

    /// <summary>How many leaves the proof says there are.</summary>
    internal long? ClaimedLeafCount => Members.FindInteger(Members.FindObject(item, "inclusion"), "leaf_count");

    /// <summary>Does the work.</summary>
    /// <param name="checkpoints">The checkpoints by transaction id.</param>
    /// <param name="disclosed">Content disclosed beside the bundle: hex, by event id.</param>
    internal TraceEventVerification Verify(
        IReadOnlyDictionary<string, TraceCheckpoint> checkpoints,
        IReadOnlyDictionary<string, string> disclosed
    )
    {
        _record = FindBytes("record_bytes");
        var envelope = Members.ToNode(_envelope);
        var result = EnvelopeVerifier.Verify(envelope, _record is null ? default(ReadOnlyMemory<byte>?) : _record);
        if (!result.SignatureOk)
        {
            _errors.Add("event envelope signature failed");
        }

        if (result.PayloadHashOk == false)
        {
            _errors.Add("event record does not bind to payload_hash");
        }

        Leaf = MerkleHash.Leaf(_envelope is { } value ? EvidenceDocument.TextOf(value) : "null"u8);
        var inclusionOk = IsIncluded(checkpoints);
        var contentOk = BindsContent(envelope as JsonObject, disclosed);
        return new TraceEventVerification
        {
            EventId = EventId,
            EnvelopeOk = result.IsOk,
            PayloadBindingOk = result.PayloadHashOk,
            InclusionOk = inclusionOk,
            CheckpointBound = Checkpoint is not null,
            ContentOk = contentOk,
            Errors = _errors.Count == 0 ? [] : [.. _errors],
        };
    }

    private bool IsIncluded(IReadOnlyDictionary<string, TraceCheckpoint> checkpoints)
    {
        if (Members.FindObject(item, "inclusion") is not { } inclusion)
        {
            _errors.Add("event missing inclusion proof");
            return false;
        }

        if (Members.FindText(inclusion, "checkpoint_tx_id") is not { } txId || !checkpoints.TryGetValue(txId, out var checkpoint))
        {
            var named = Members.Repr(Members.Find(inclusion, "checkpoint_tx_id"));
            _errors.Add($"event inclusion.checkpoint_tx_id {named} resolves to no checkpoint");
            return false;
        }

        Checkpoint = checkpoint;
        if (FindProofFault(inclusion) is { } fault)
        {
            _errors.Add("inclusion verify error: " + fault);
            return false;
        }

        var isLeaf = TreeHash.TryParseHex(Members.FindText(inclusion, "leaf_hash"), out var leaf);
        var isProven =
            isLeaf && FindProof(inclusion) is { } proof && proof.TryFindRoot(leaf, out var root) && root == checkpoint.ClaimedRoot;
        if (!isProven)
        {
            _errors.Add("RFC 9162 inclusion proof did not reconstruct the checkpoint root");
        }

        // Without this, a good proof of somebody else's leaf would do.
        if (!isLeaf || leaf != Leaf)
        {
            _errors.Add("inclusion leaf_hash does not match SHA-256(0x00 || JCS(event envelope))");
            return false;
        }

        return isProven;
    }

    /// <summary>What keeps the proof from being read at all; null where nothing does.</summary>
    private string? FindProofFault(JsonElement inclusion)
    {
        var path = Members.Find(inclusion, "audit_path");
        if (path is { ValueKind: not (JsonValueKind.Array or JsonValueKind.Null) })
        {
            return "audit_path is not a list";
        }

        var fault = FindHexFault(Members.Find(inclusion, "leaf_hash"));
        foreach (var sibling in path is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default)
        {
            fault ??= FindHexFault(sibling);
        }

        fault ??= Checkpoint!.ClaimedRootHex is null ? "not even-length hex" : null; // ! looked up before
        return fault
            ?? (
                Members.FindInteger(inclusion, "leaf_index") is null || Members.FindInteger(inclusion, "leaf_count") is null
                    ? "leaf_index and leaf_count must be integers"
                    : null
            );
    }

    private static string? FindHexFault(JsonElement? value) =>
        value is not { ValueKind: JsonValueKind.String } text ? "not even-length hex"
        : HexText.TryDecode(text.GetString()!, out _, out var fault) ? null // ! a string has text
        : fault;

    /// <summary>The proof; null where its numbers make no sense or a hash has another length than hashes have.</summary>
    private static InclusionProof? FindProof(JsonElement inclusion)
    {
        var (index, count) = (Members.FindInteger(inclusion, "leaf_index"), Members.FindInteger(inclusion, "leaf_count"));
        if (index is not >= 0 || count is not > 0)
        {
            return null;
        }

        var siblings = Members.FindList(inclusion, "audit_path");
        var path = ImmutableArray.CreateBuilder<TreeHash>(siblings?.GetArrayLength() ?? 0);
        foreach (var sibling in Members.Items(siblings))
        {
            if (!TreeHash.TryParseHex(sibling.GetString(), out var hash))
            {
                return null;
            }

            path.Add(hash);
        }

        return new InclusionProof((ulong)index, (ulong)count, path.MoveToImmutable());
    }

    private bool? BindsContent(JsonObject? envelope, IReadOnlyDictionary<string, string> disclosed)
    {
        var inBody = FindBytes("content");
        byte[]? beside = null;
        if (disclosed.TryGetValue(EventId, out var hex) && !HexText.TryDecode(hex, out beside, out var fault))
        {
            _errors.Add($"supplied content for {EventId} is not hex: {fault}");
        }

        if (inBody is not null && beside is not null && !inBody.AsSpan().SequenceEqual(beside))
        {
            _errors.Add("disclosed content disagreement: in-body events[].content and the supplied content differ");
            return false;
        }

        if ((inBody ?? beside) is not { } content)
        {
            return null;
        }

        var committed = FindCommitted(envelope);
        if (committed.Length == 0)
        {
            _errors.Add(
                "disclosed content present but no committed content_hash to bind to (record withheld or record has no event.content_hash) — undetermined"
            );
            return null;
        }

        var computed = Convert.ToHexStringLower(SHA256.HashData(content));
        if (committed.Contains(computed))
        {
            return true;
        }

        _errors.Add(
            $"disclosed content does not match the committed content_hash: sha256(disclosed)={computed} committed={string.Join('|', committed)}"
        );
        return false;
    }

    /// <summary>The hashes of raw content that the event commits to: the record's, else the envelope's own.</summary>
    private string[] FindCommitted(JsonObject? envelope)
    {
        if (_record is not null && EvidenceDocument.TryRead(_record, out var document, out _))
        {
            using (document)
            {
                if (Members.FindText(Members.Find(document.Root, "event"), "content_hash") is { Length: > 0 } hash)
                {
                    return [hash.ToLowerInvariant()];
                }
            }
        }

        return envelope is null ? [] : [.. ContentHash.Of(envelope).Select(hash => hash.Value.ToLowerInvariant())];
    }

    private byte[]? FindBytes(string name)
    {
        byte[]? bytes = null;
        if (Members.FindText(item, name) is { } hex && !HexText.TryDecode(hex, out bytes, out var fault))
        {
            _errors.Add($"event {name} is not hex: {fault}");
        }

        return bytes;
    }
}
