namespace Hallmark.Bench;

/// <summary>How often something is done in a second of processor time (all threads, the collector's too), so that whatever else the machine does does not count.</summary>
internal static class ProcessorRate
{
    private static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(500);

    /// <summary>The best of four rounds; the first ones still compile.</summary>
    internal static double Best(Action operation)
    {
        var best = 0.0;
        for (var round = 0; round < 4; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            var spent = TimeSpan.Zero;
            var count = 0L;
            while (spent < Enough)
            {
                var chunk = Math.Max(1, count / 8);
                for (var i = 0L; i < chunk; i++)
                {
                    operation();
                }

                count += chunk;
                spent = Environment.CpuUsage.TotalTime - started;
            }

            best = Math.Max(best, count / spent.TotalSeconds);
        }

        return best;
    }

    /// <summary>How many of a fixed number are done in a second of processor time: the best of four rounds, of which the first one still compiles.</summary>
    internal static double BestOf(int count, Action all)
    {
        var best = 0.0;
        for (var round = 0; round < 4; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            all();
            best = Math.Max(best, count / (Environment.CpuUsage.TotalTime - started).TotalSeconds);
        }

        return best;
    }
}
