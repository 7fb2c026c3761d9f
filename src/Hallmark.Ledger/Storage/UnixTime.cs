namespace Hallmark.Ledger.Storage;

/// <summary>Times as the database holds them: microseconds since 1970, UTC.</summary>
internal static class UnixTime
{
    private static readonly long Min = ToMicroseconds(DateTimeOffset.MinValue);
    private static readonly long Max = ToMicroseconds(DateTimeOffset.MaxValue);

    /// <summary>Cuts what is finer than a microsecond.</summary>
    public static long ToMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Values that are no time, as only a stranger writes them, become the nearest one.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(microseconds, Min, Max) * TimeSpan.TicksPerMicrosecond);
}
