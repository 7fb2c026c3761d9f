namespace Hallmark.Ledger.Tests;

/// <summary>A clock on which a tenth of a second passes at each look: every turn to write is over after one transaction.</summary>
internal sealed class HastyTime : TimeProvider
{
    private long _ticks;

    /// <summary>Done when the time of day is asked for the next time.</summary>
    public Action? Once { get; set; }

    public override long TimestampFrequency => 10;

    public override long GetTimestamp() => Interlocked.Increment(ref _ticks);

    public override DateTimeOffset GetUtcNow()
    {
        var once = Once;
        Once = null;
        once?.Invoke();
        return new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    }
}
