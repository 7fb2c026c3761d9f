namespace Hallmark.Home.Tests;

/// <summary>The real clock, moved ahead by the test instead of by waiting.</summary>
internal sealed class MovableClock : TimeProvider
{
    private TimeSpan _ahead = TimeSpan.Zero;

    public void Move(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;
}
