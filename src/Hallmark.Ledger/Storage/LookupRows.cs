namespace Hallmark.Ledger.Storage;

/// <summary>Rows for the lookup table, kept in memory. The room is used again after <see cref="Clear"/>.</summary>
internal sealed class LookupRows
{
    private const int SmallestSize = 1 << 10;
    private const int LeastUse = 16;
    private LookupKey[] _keys = new LookupKey[SmallestSize];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The rows in the order in which they were added; valid until the next change.</summary>
    public ReadOnlySpan<LookupKey> Rows => _keys.AsSpan(0, Count);

    /// <summary>Takes all out. Of an array that was next to empty half is given back.</summary>
    public void Clear()
    {
        if (_keys.Length > SmallestSize && LeastUse * Count < _keys.Length)
        {
            _keys = new LookupKey[_keys.Length / 2];
        }

        Count = 0;
    }

    /// <summary>Adds one row.</summary>
    public void Add(in LookupKey key)
    {
        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, 2 * Count);
        }

        _keys[Count++] = key;
    }

    /// <summary>Adds several.</summary>
    public void AddAll(ReadOnlySpan<LookupKey> keys)
    {
        foreach (ref readonly var key in keys)
        {
            Add(key);
        }
    }

    /// <summary>Takes out the rows of this entry and later ones; they were added in the order of entries.</summary>
    public void RemoveFrom(long index)
    {
        while (Count > 0 && _keys[Count - 1].Index >= index)
        {
            Count--;
        }
    }

    /// <summary>All rows in the order of the table; valid until the next change.</summary>
    public ReadOnlyMemory<LookupKey> Sort()
    {
        _keys.AsSpan(0, Count).Sort(LookupKey.Compare);
        return _keys.AsMemory(0, Count);
    }
}
