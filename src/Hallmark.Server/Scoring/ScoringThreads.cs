namespace Hallmark.Server.Scoring;

/// <summary>The threads of a process that does little else than serve a model.</summary>
public static class ScoringThreads
{
    private const int PerCore = 2;

    /// <summary>
    /// Keeps two threads of the pool for each core, where it has fewer. A runner computes on one of them: with one for each core a core stands idle for as long as its thread
    /// waits, and the pool finds that out only by trying, again and again (docs/performance.md). For the whole process, so for the program to decide.
    /// </summary>
    public static void Prepare()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        _ = ThreadPool.SetMinThreads(Math.Max(workers, PerCore * Environment.ProcessorCount), completions);
    }
}
