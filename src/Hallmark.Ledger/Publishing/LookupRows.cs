using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Publishing;

/// <summary>The rows that a stretch of entries gets in the lookup table. The room is used again for the next stretch.</summary>
internal sealed class LookupRows
{
    private const int SmallestSize = 1 << 10;
    private const int LeastUse = 16;
    private LookupKey[] _keys = new LookupKey[SmallestSize];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Starts the next stretch. Of an array that was next to empty half is given back.</summary>
    public void Clear()
    {
        if (_keys.Length > SmallestSize && LeastUse * Count < _keys.Length)
        {
            _keys = new LookupKey[_keys.Length / 2];
        }

        Count = 0;
    }

    /// <summary>Adds the rows of an entry, but that of its leaf hash, which few entries have.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="eventId">Its event id, UTF-8.</param>
    /// <param name="payloadHash">Its payload hash, 32 bytes.</param>
    /// <param name="hasSubject">False where it has no subject.</param>
    /// <param name="subject">Its subject, UTF-8.</param>
    public void Add(long index, ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> payloadHash, bool hasSubject, ReadOnlySpan<byte> subject)
    {
        Add(new LookupKey(LookupKind.EventId, LookupKey.OfText(eventId), index));
        Add(new LookupKey(LookupKind.PayloadHash, LookupKey.Of(payloadHash), index));
        if (hasSubject && !DerivedSubject.Is(subject, eventId))
        {
            Add(new LookupKey(LookupKind.Subject, LookupKey.OfText(subject), index));
        }
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

    /// <summary>All rows in the order of the table; valid until the next change.</summary>
    public ReadOnlyMemory<LookupKey> Sort()
    {
        _keys.AsSpan(0, Count).Sort(LookupKey.Compare);
        return _keys.AsMemory(0, Count);
    }
}
