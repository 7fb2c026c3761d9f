namespace Hallmark.Inference.Tests;

/// <summary>A clock that moves when it is told to, its monotonic side too.</summary>
internal sealed class ForwardClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => _ticks += by.Ticks;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => Start + TimeSpan.FromTicks(_ticks);
}
