namespace Hallmark.Ledger.Storage;

/// <summary>What the lookup table finds entries by. The numbers are part of the schema.</summary>
internal enum LookupKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The event id.</summary>
    EventId = 1,

    /// <summary>The payload hash.</summary>
    PayloadHash = 2,

    /// <summary>The subject key, where it does not end with the event id (<see cref="DerivedSubject"/>).</summary>
    Subject = 3,

    /// <summary>The leaf hash, where the envelope does not name the event id.</summary>
    Leaf = 4,
}
