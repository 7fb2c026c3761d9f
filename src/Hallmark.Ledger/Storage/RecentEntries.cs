using System.Runtime.InteropServices;
using Hallmark.Core.Merkle;

namespace Hallmark.Ledger.Storage;

/// <summary>
/// The entries that the lookup table does not hold yet, kept in memory for the writing thread so that nothing is appended twice. Two generations: while one is being
/// put into the table the other one grows.
/// </summary>
internal sealed class RecentEntries
{
    private readonly List<(string EventId, TreeHash Leaf)> _uncommitted = [];
    private Generation _old = new();
    private Generation _new = new();

    /// <summary>Notes an entry; undone by <see cref="TakeBack"/> until <see cref="Keep"/>.</summary>
    public void Add(string eventId, in TreeHash leaf, long index)
    {
        _new.EventIds[eventId] = index;
        _new.Leaves[leaf] = index;
        _uncommitted.Add((eventId, leaf));
    }

    /// <summary>Finds an entry by its event id or, failing that, its leaf hash.</summary>
    public bool TryFind(string eventId, in TreeHash leaf, out long index) =>
        _new.EventIds.TryGetValue(eventId, out index)
        || _old.EventIds.TryGetValue(eventId, out index)
        || _new.Leaves.TryGetValue(leaf, out index)
        || _old.Leaves.TryGetValue(leaf, out index);

    /// <summary>The transaction is on disk.</summary>
    public void Keep() => _uncommitted.Clear();

    /// <summary>The transaction was taken back.</summary>
    public void TakeBack()
    {
        foreach (var (eventId, leaf) in CollectionsMarshal.AsSpan(_uncommitted))
        {
            _new.EventIds.Remove(eventId);
            _new.Leaves.Remove(leaf);
            _old.EventIds.Remove(eventId);
            _old.Leaves.Remove(leaf);
        }

        _uncommitted.Clear();
    }

    /// <summary>All that is here now is about to be put into the table. Called again before <see cref="ForgetOld"/>, it joins the generations.</summary>
    public void StartGeneration()
    {
        if (_old.EventIds.Count == 0)
        {
            (_old, _new) = (_new, _old);
            return;
        }

        foreach (var (eventId, index) in _new.EventIds)
        {
            _old.EventIds[eventId] = index;
        }

        foreach (var (leaf, index) in _new.Leaves)
        {
            _old.Leaves[leaf] = index;
        }

        _new.Clear();
    }

    /// <summary>The table holds what was here at <see cref="StartGeneration"/>.</summary>
    public void ForgetOld() => _old.Clear();

    private sealed class Generation
    {
        public Dictionary<string, long> EventIds { get; } = new(StringComparer.Ordinal);

        public Dictionary<TreeHash, long> Leaves { get; } = [];

        public void Clear()
        {
            EventIds.Clear();
            Leaves.Clear();
        }
    }
}
