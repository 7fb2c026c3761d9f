using Hallmark.Server.Scoring;

namespace Hallmark.Server.Tests.Scoring;

public sealed class ScoringThreadsTests
{
    [Fact]
    public void There_are_two_threads_for_each_core_and_never_fewer_than_before()
    {
        ThreadPool.GetMinThreads(out _, out var completions);
        ThreadPool.SetMinThreads(1, completions);
        ScoringThreads.Prepare();
        ThreadPool.GetMinThreads(out var workers, out var completionsNow);
        Assert.Equal(2 * Environment.ProcessorCount, workers);
        Assert.Equal(completions, completionsNow);

        ThreadPool.SetMinThreads(workers + 3, completions);
        ScoringThreads.Prepare();
        ThreadPool.GetMinThreads(out var more, out _);
        Assert.Equal(workers + 3, more);
    }
}
