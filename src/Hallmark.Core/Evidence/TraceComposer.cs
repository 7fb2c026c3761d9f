using System.Text.Json;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;

namespace Hallmark.Core.Evidence;

/// <summary>
/// Puts together the body <c>ario.anchor.trace/v1</c> (envelope family §12). What would not verify for want of a fitting root or proof is refused; signatures
/// are for the verifier. Not for several threads at once.
/// </summary>
public sealed class TraceComposer
{
    private readonly Dictionary<string, (TreeHash Root, byte[] Json)> _checkpoints = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly List<byte[]> _events = [];

    /// <summary>Adds a checkpoint; its events follow by <see cref="AddEvent"/>.</summary>
    /// <param name="txId">The transaction under which its envelope is published.</param>
    /// <param name="envelope">The complete signed envelope, JSON in any form.</param>
    /// <param name="record">The committed record exactly as it is stored; names the root as <c>event.merkle_root</c>.</param>
    /// <exception cref="ArgumentException">The id was added before, or the record names no root.</exception>
    /// <exception cref="JsonRejectedException">Envelope or record is not acceptable JSON.</exception>
    public void AddCheckpoint(string txId, ReadOnlyMemory<byte> envelope, ReadOnlyMemory<byte> record)
    {
        ArgumentException.ThrowIfNullOrEmpty(txId);
        if (_checkpoints.ContainsKey(txId))
        {
            throw new ArgumentException("That transaction was added before.", nameof(txId));
        }

        using var parsed = JsonDocument.Parse(
            CanonicalJson.Canonicalize(record.Span),
            new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth + 2 }
        );
        var rootHex = Members.FindText(Members.Find(parsed.RootElement, "event"), "merkle_root");
        if (!TreeHash.TryParseHex(rootHex, out var root))
        {
            throw new ArgumentException("The record names no Merkle root.", nameof(record));
        }

        using var writer = new CanonicalJsonWriter();
        writer
            .StartObject()
            .Name("tx_id")
            .Text(txId)
            .Name("envelope")
            .Canonical(CanonicalJson.Canonicalize(envelope.Span))
            .Name("record_bytes")
            .Text(Convert.ToHexStringLower(record.Span))
            .Name("merkle_root")
            .Text(rootHex)
            .EndObject();
        _checkpoints.Add(txId, (root, writer.ToArray()));
        _order.Add(txId);
    }

    /// <summary>Adds an event of a checkpoint that was added before.</summary>
    /// <exception cref="ArgumentException">There is no such checkpoint, or the proof does not lead from the envelope to its root.</exception>
    /// <exception cref="JsonRejectedException">The envelope is not acceptable JSON.</exception>
    public void AddEvent(TraceItem item, string checkpointTxId, InclusionProof proof)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(checkpointTxId);
        ArgumentNullException.ThrowIfNull(proof);
        if (!_checkpoints.TryGetValue(checkpointTxId, out var checkpoint))
        {
            throw new ArgumentException("No such checkpoint was added.", nameof(checkpointTxId));
        }

        var envelope = CanonicalJson.Canonicalize(item.Envelope.Span);
        var leaf = MerkleHash.Leaf(envelope);
        if (!proof.Verifies(leaf, checkpoint.Root))
        {
            throw new ArgumentException("The proof does not lead from this envelope to the checkpoint's root.", nameof(proof));
        }

        using var writer = new CanonicalJsonWriter();
        writer.StartObject().Name("envelope").Canonical(envelope);
        WriteHex(writer, "record_bytes", item.Record);
        WriteHex(writer, "content", item.Content);
        writer
            .Name("inclusion")
            .StartObject()
            .Name("leaf_hash")
            .Text(leaf.Hex)
            .Name("leaf_index")
            .Number(checked((long)proof.Index))
            .Name("leaf_count")
            .Number(checked((long)proof.TreeSize))
            .Name("audit_path")
            .StartArray();
        foreach (var sibling in proof.Path)
        {
            writer.Text(sibling.Hex);
        }

        _events.Add(writer.EndArray().Name("checkpoint_tx_id").Text(checkpointTxId).EndObject().EndObject().ToArray());
    }

    /// <summary>Adds a checkpoint with all events of its window, or some of them.</summary>
    /// <param name="txId">The transaction under which the checkpoint's envelope is published.</param>
    /// <param name="envelope">The checkpoint's complete signed envelope, JSON in any form.</param>
    /// <param name="record">The checkpoint's record exactly as it is stored.</param>
    /// <param name="window">Every event of the window, in the order of the leaves.</param>
    /// <param name="includes">Which leaf indexes go into the trace; null for all.</param>
    /// <exception cref="ArgumentException">The id was added before, or the window's root is not the record's.</exception>
    /// <exception cref="JsonRejectedException">An envelope or the record is not acceptable JSON.</exception>
    public void AddWindow(
        string txId,
        ReadOnlyMemory<byte> envelope,
        ReadOnlyMemory<byte> record,
        IReadOnlyList<TraceItem> window,
        Predicate<int>? includes = null
    )
    {
        ArgumentNullException.ThrowIfNull(window);
        var tree = new MerkleTree();
        foreach (var item in window)
        {
            tree.AppendEntry(CanonicalJson.Canonicalize(item.Envelope.Span));
        }

        AddCheckpoint(txId, envelope, record);
        if (_checkpoints[txId].Root != tree.Root)
        {
            _checkpoints.Remove(txId);
            _order.Remove(txId);
            throw new ArgumentException("The window's root is not the one that the checkpoint's record commits to.", nameof(window));
        }

        for (var i = 0; i < window.Count; i++)
        {
            if (includes is null || includes(i))
            {
                AddEvent(window[i], txId, tree.ProveInclusion((ulong)i));
            }
        }
    }

    /// <summary>The body, canonical UTF-8.</summary>
    public byte[] ToBody()
    {
        using var writer = new CanonicalJsonWriter();
        writer.StartObject().Name("checkpoints").StartArray();
        foreach (var txId in _order)
        {
            writer.Canonical(_checkpoints[txId].Json);
        }

        writer.EndArray().Name("events").StartArray();
        foreach (var item in _events)
        {
            writer.Canonical(item);
        }

        return writer.EndArray().EndObject().ToArray();
    }

    private static void WriteHex(CanonicalJsonWriter writer, string name, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is { } disclosed)
        {
            writer.Name(name).Text(Convert.ToHexStringLower(disclosed.Span));
        }
    }
}
