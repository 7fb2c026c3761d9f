namespace Hallmark.Ledger.Storage;

/// <summary>
/// Entries by 64-bit keys, in one array of numbers with linear probing: it grows without objects, and is used again after <see cref="Clear"/>. Several entries may have one key, so what is found is
/// compared with the entry. Used by one thread.
/// </summary>
internal sealed class EntryKeys
{
    private const int SmallestSize = 1 << 10;
    private const int LeastUse = 16;
    private Slot[] _slots = new Slot[SmallestSize];

    /// <summary>How many entries are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an entry.</summary>
    public void Add(long key, long index)
    {
        if (2 * (Count + 1) > _slots.Length)
        {
            Grow();
        }

        Put(key, index);
        Count++;
    }

    /// <summary>All entries of a key, in no particular order; none in most cases.</summary>
    public IReadOnlyList<long> Find(long key)
    {
        List<long>? found = null;
        for (var place = PlaceOf(key); _slots[place].IsUsed; place = Next(place))
        {
            if (_slots[place].Key == key)
            {
                (found ??= []).Add(_slots[place].Index);
            }
        }

        return found ?? (IReadOnlyList<long>)[];
    }

    /// <summary>Takes an entry out, if it is there.</summary>
    public void Remove(long key, long index)
    {
        for (var place = PlaceOf(key); _slots[place].IsUsed; place = Next(place))
        {
            if (_slots[place].Key == key && _slots[place].Index == index)
            {
                Free(place);
                Count--;
                return;
            }
        }
    }

    /// <summary>Adds all entries of another table.</summary>
    public void AddAll(EntryKeys other)
    {
        foreach (var slot in other.All())
        {
            Add(slot.Key, slot.Index);
        }
    }

    /// <summary>All keys with their entries, in no particular order.</summary>
    public IEnumerable<(long Key, long Index)> All()
    {
        foreach (var slot in _slots)
        {
            if (slot.IsUsed)
            {
                yield return (slot.Key, slot.Index);
            }
        }
    }

    /// <summary>Takes all entries out. Of an array that was next to empty half is given back.</summary>
    public void Clear()
    {
        if (_slots.Length > SmallestSize && LeastUse * Count < _slots.Length)
        {
            _slots = new Slot[_slots.Length / 2];
        }
        else if (Count > 0)
        {
            Array.Clear(_slots);
        }

        Count = 0;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[2 * old.Length];
        foreach (var slot in old)
        {
            if (slot.IsUsed)
            {
                Put(slot.Key, slot.Index);
            }
        }
    }

    private void Put(long key, long index)
    {
        var place = PlaceOf(key);
        while (_slots[place].IsUsed)
        {
            place = Next(place);
        }

        _slots[place] = new Slot(key, index);
    }

    // What stands behind the gap is moved into it where it would not be found otherwise.
    private void Free(int gap)
    {
        for (var place = Next(gap); _slots[place].IsUsed; place = Next(place))
        {
            var home = PlaceOf(_slots[place].Key);
            if (((place - home) & (_slots.Length - 1)) >= ((place - gap) & (_slots.Length - 1)))
            {
                _slots[gap] = _slots[place];
                gap = place;
            }
        }

        _slots[gap] = default;
    }

    private int PlaceOf(long key) => (int)(key & (_slots.Length - 1));

    private int Next(int place) => (place + 1) & (_slots.Length - 1);

    private readonly struct Slot(long key, long index)
    {
        private readonly long _indexPlusOne = index + 1;

        public long Key { get; } = key;

        public long Index => _indexPlusOne - 1;

        public bool IsUsed => _indexPlusOne != 0;
    }
}
