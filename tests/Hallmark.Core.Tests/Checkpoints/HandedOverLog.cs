using System.Text;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Events;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Checkpoints;

/// <summary>A log in memory whose key is handed over.</summary>
internal sealed class HandedOverLog
{
    public const string Origin = "log.example/keys";
    private static readonly DateTimeOffset SignedAt = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly List<ReadOnlyMemory<byte>> _entries = [];

    public IReadOnlyList<ReadOnlyMemory<byte>> Entries => _entries;

    public static Ed25519PrivateKey Key(int number) => Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)number, 32)]);

    public static NoteVerifierKey Vkey(int number, string origin = Origin) => NoteVerifierKey.ForEd25519(origin, Key(number).PublicKey);

    public static EventSubmission Handover(int from, int to, string? previous = null, string origin = Origin, int id = 1) =>
        KeyHandover.Create(origin, Key(from), Key(to), previous, $"00000000-0000-4000-8000-{id:d12}", SignedAt);

    public void Append(ReadOnlyMemory<byte> entry) => _entries.Add(entry);

    public void AppendMany(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _entries.Add(Encoding.ASCII.GetBytes($"entry {_entries.Count}"));
        }
    }

    public SignedNote Checkpoint(int size, params ReadOnlySpan<int> signers)
    {
        var tree = new CompactRange();
        foreach (var entry in _entries.Take(size))
        {
            tree.Append(MerkleHash.Leaf(entry.Span));
        }

        var text = new Checkpoint(Origin, size, tree.Root).ToText();
        var signatures = new List<NoteSignature>();
        foreach (var signer in signers)
        {
            signatures.Add(new NoteSigner(Origin, Key(signer)).Sign(text));
        }

        return SignedNote.Create(text, [.. signatures]);
    }

    public KeyHandoverProof Prove(int index, int size, params ReadOnlySpan<int> signers) =>
        new(_entries[index], MerkleTree.ProveInclusion(this, index, size), Checkpoint(size, signers).Bytes);

    private static class MerkleTree
    {
        // RFC 6962 §2.1.1, straight from its definition.
        public static InclusionProof ProveInclusion(HandedOverLog log, int index, int size)
        {
            var leaves = log._entries.Take(size).Select(entry => MerkleHash.Leaf(entry.Span)).ToArray();
            return new InclusionProof((ulong)index, (ulong)size, [.. Path(index, leaves)]);
        }

        private static IEnumerable<TreeHash> Path(int index, ArraySegment<TreeHash> leaves)
        {
            if (leaves.Count == 1)
            {
                return [];
            }

            var half = 1;
            while (half * 2 < leaves.Count)
            {
                half *= 2;
            }

            return index < half
                ? Path(index, leaves[..half]).Append(Root(leaves[half..]))
                : Path(index - half, leaves[half..]).Append(Root(leaves[..half]));
        }

        private static TreeHash Root(ArraySegment<TreeHash> leaves)
        {
            var tree = new CompactRange();
            foreach (var leaf in leaves)
            {
                tree.Append(leaf);
            }

            return tree.Root;
        }
    }
}
