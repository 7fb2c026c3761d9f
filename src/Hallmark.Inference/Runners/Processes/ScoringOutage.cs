using Hallmark.Core.Failures;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>Why no scoring process runs now.</summary>
/// <param name="Why">One sentence.</param>
/// <param name="Until">When the next try begins: a timestamp of the clock.</param>
internal sealed record ScoringOutage(string Why, long Until)
{
    // A process needs a moment to start, too.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>What a prediction is refused with.</summary>
    public UnavailableException ToException(TimeProvider time)
    {
        var wait = time.GetElapsedTime(time.GetTimestamp(), Until);
        return new UnavailableException(Why) { RetryAfter = wait > ShortestWait ? wait : ShortestWait };
    }
}
