namespace Hallmark.Inference.Agent;

/// <summary>
/// A moment by both clocks: the wall clock, which somebody may set, and the one that only goes forward, which stands still while the machine sleeps. What has passed since
/// is the longer of the two, so that neither a clock set back nor a night asleep makes an old look young.
/// </summary>
/// <param name="Wall">By the wall clock.</param>
/// <param name="Timestamp">By the clock that only goes forward.</param>
internal readonly record struct ClockReading(DateTimeOffset Wall, long Timestamp)
{
    /// <summary>Now.</summary>
    public static ClockReading Take(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());

    /// <summary>What has passed since; never negative.</summary>
    public TimeSpan Age(TimeProvider time)
    {
        var byWall = time.GetUtcNow() - Wall;
        var forward = time.GetElapsedTime(Timestamp);
        return byWall > forward ? byWall : forward;
    }
}
