namespace Hallmark.Ledger.Storage;

/// <summary>
/// The entries that the lookup table does not hold yet, kept in memory so that nothing is appended twice, and so that their rows need not be read again. Two generations: while
/// one is being put into the table the other one grows. The writing thread's.
/// </summary>
internal sealed class RecentEntries
{
    private readonly List<(EntryNames Names, long Index)> _uncommitted = [];
    private Generation _old = new();
    private Generation _new = new();

    /// <summary>The index after the last entry that was noted; 0 where none was. All entries below are here or in the table.</summary>
    public long End { get; private set; }

    /// <summary>Notes an entry; undone by <see cref="TakeBack"/> until <see cref="Keep"/>.</summary>
    public void Add(in EntryNames names, long index)
    {
        _new.Add(names, index);
        _uncommitted.Add((names, index));
        End = index + 1;
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
            End = Math.Min(End, index);
        }

        _uncommitted.Clear();
    }

    /// <summary>All that is here now is about to be put into the table. Called again before <see cref="ForgetOld"/>, it joins the generations.</summary>
    /// <param name="rows">Gets the rows.</param>
    /// <param name="from">The table holds those of the entries below this one already.</param>
    public void StartGeneration(LookupRows rows, long from)
    {
        if (_old.EventIds.Count == 0)
        {
            (_old, _new) = (_new, _old);
        }
        else
        {
            _old.AddAll(_new);
            _new.Clear();
        }

        _old.CopyRows(rows, from);
    }

    /// <summary>The table holds what was here at <see cref="StartGeneration"/>.</summary>
    public void ForgetOld() => _old.Clear();

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _uncommitted.Clear();
        _old.Clear();
        _new.Clear();
        End = 0;
    }

    private static IEnumerable<long> Join(IReadOnlyList<long> first, IReadOnlyList<long> second) =>
        second.Count == 0 ? first
        : first.Count == 0 ? second
        : first.Concat(second);

    private sealed class Generation
    {
        private readonly LookupRows _others = new();

        public EntryKeys EventIds { get; } = new();

        public EntryKeys Leaves { get; } = new();

        public void Add(in EntryNames names, long index)
        {
            EventIds.Add(names.EventIdKey, index);
            if (names.LeafKey is { } leaf)
            {
                Leaves.Add(leaf, index);
            }

            _others.Add(new LookupKey(LookupKind.PayloadHash, names.PayloadHashKey, index));
            if (names.SubjectKey is { } subject)
            {
                _others.Add(new LookupKey(LookupKind.Subject, subject, index));
            }
        }

        public void AddAll(Generation later)
        {
            EventIds.AddAll(later.EventIds);
            Leaves.AddAll(later.Leaves);
            _others.AddAll(later._others.Rows);
        }

        public void Remove(in EntryNames names, long index)
        {
            EventIds.Remove(names.EventIdKey, index);
            if (names.LeafKey is { } leaf)
            {
                Leaves.Remove(leaf, index);
            }

            _others.RemoveFrom(index);
        }

        public void CopyRows(LookupRows rows, long from)
        {
            foreach (ref readonly var row in _others.Rows)
            {
                AddTo(rows, row, from);
            }

            foreach (var (key, index) in EventIds.All())
            {
                AddTo(rows, new LookupKey(LookupKind.EventId, key, index), from);
            }

            foreach (var (key, index) in Leaves.All())
            {
                AddTo(rows, new LookupKey(LookupKind.Leaf, key, index), from);
            }
        }

        public void Clear()
        {
            EventIds.Clear();
            Leaves.Clear();
            _others.Clear();
        }

        private static void AddTo(LookupRows rows, in LookupKey row, long from)
        {
            if (row.Index >= from)
            {
                rows.Add(row);
            }
        }
    }
}
