namespace Hallmark.Ledger.Storage;

/// <summary>
/// The entries that the lookup table does not hold yet, kept in memory for the writing thread so that nothing is appended twice. Two generations: while one is being
/// put into the table the other one grows.
/// </summary>
internal sealed class RecentEntries
{
    private readonly List<(EntryNames Names, long Index)> _uncommitted = [];
    private Generation _old = new();
    private Generation _new = new();

    /// <summary>Notes an entry; undone by <see cref="TakeBack"/> until <see cref="Keep"/>.</summary>
    public void Add(in EntryNames names, long index)
    {
        _new.EventIds.Add(names.EventIdKey, index);
        if (names.LeafKey is { } leaf)
        {
            _new.Leaves.Add(leaf, index);
        }

        _uncommitted.Add((names, index));
    }

    /// <summary>Entries that may have the event id; each is to be compared.</summary>
    public IEnumerable<long> FindByEventId(long key) => Join(_new.EventIds.Find(key), _old.EventIds.Find(key));

    /// <summary>Entries that may have the leaf hash; each is to be compared. Only those whose envelope does not name its event id.</summary>
    public IEnumerable<long> FindByLeaf(long key) => Join(_new.Leaves.Find(key), _old.Leaves.Find(key));

    /// <summary>The transaction is on disk.</summary>
    public void Keep() => _uncommitted.Clear();

    /// <summary>The transaction was taken back.</summary>
    public void TakeBack()
    {
        foreach (var (names, index) in _uncommitted)
        {
            _new.Remove(names, index);
            _old.Remove(names, index);
        }

        _uncommitted.Clear();
    }

    /// <summary>All that is here now is about to be put into the table. Called again before <see cref="ForgetOld"/>, it joins the generations.</summary>
    /// <returns>The leaf keys among it.</returns>
    public IReadOnlyList<LookupKey> StartGeneration()
    {
        if (_old.EventIds.Count == 0)
        {
            (_old, _new) = (_new, _old);
        }
        else
        {
            _old.EventIds.AddAll(_new.EventIds);
            _old.Leaves.AddAll(_new.Leaves);
            _new.Clear();
        }

        return _old.Leaves.Count == 0 ? [] : [.. _old.Leaves.All().Select(leaf => new LookupKey(LookupKind.Leaf, leaf.Key, leaf.Index))];
    }

    /// <summary>The table holds what was here at <see cref="StartGeneration"/>.</summary>
    public void ForgetOld() => _old.Clear();

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _uncommitted.Clear();
        _old.Clear();
        _new.Clear();
    }

    private static IEnumerable<long> Join(IReadOnlyList<long> first, IReadOnlyList<long> second) =>
        second.Count == 0 ? first
        : first.Count == 0 ? second
        : first.Concat(second);

    private sealed class Generation
    {
        public EntryKeys EventIds { get; } = new();

        public EntryKeys Leaves { get; } = new();

        public void Remove(in EntryNames names, long index)
        {
            EventIds.Remove(names.EventIdKey, index);
            if (names.LeafKey is { } leaf)
            {
                Leaves.Remove(leaf, index);
            }
        }

        public void Clear()
        {
            EventIds.Clear();
            Leaves.Clear();
        }
    }
}
