namespace Hallmark.Inference.Tests.Agent;

/// <summary>A clock whose two sides move by themselves: somebody sets the wall clock; a machine that sleeps stops the other one. Timers run by the real clock.</summary>
internal sealed class SplitClock : TimeProvider
{
    private DateTimeOffset _wall = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private long _forward;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by)
    {
        _wall += by;
        _forward += by.Ticks;
    }

    public void SetWall(TimeSpan by) => _wall += by;

    public void AdvanceForwardOnly(TimeSpan by) => _forward += by.Ticks;

    public override long GetTimestamp() => _forward;

    public override DateTimeOffset GetUtcNow() => _wall;
}
