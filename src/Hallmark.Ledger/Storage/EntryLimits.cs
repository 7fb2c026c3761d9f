namespace Hallmark.Ledger.Storage;

/// <summary>How large the parts of an entry may be.</summary>
internal static class EntryLimits
{
    /// <summary>The tlog-tiles limit of an entry.</summary>
    public const int MaxEnvelopeSizeInBytes = 65_535;

    /// <summary>A record is facts, not payload: 16 MiB.</summary>
    public const int MaxRecordSizeInBytes = 16 << 20;

    /// <summary>The body of a piece of outbox work: 16 MiB.</summary>
    public const int MaxWorkSizeInBytes = 16 << 20;

    /// <summary>Event ids, types, subjects, chain names: 4 KiB of UTF-8.</summary>
    public const int MaxTextSizeInBytes = 4_096;
}
