using System.Diagnostics;

namespace Hallmark.Bench.Digests;

/// <summary>Times work, and programs of others.</summary>
internal static class Throughput
{
    /// <summary>The best of several rounds, in bytes for each second.</summary>
    public static double Best(int rounds, long bytes, Action work)
    {
        var best = double.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return bytes / best;
    }

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process =
            Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            ) ?? throw new InvalidOperationException(program + " did not start");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }

    /// <summary>One line: ours, the peer's, the ratio, the goal.</summary>
    public static void Report(TextWriter output, string what, double ours, string peer, double theirs, double goal) =>
        output.WriteLine(
            $"{what, -34} {ours / 1e9, 6:F2} GB/s   {peer} {theirs / 1e9, 6:F2} GB/s   ratio {ours / theirs:F2} (goal {goal:F2})"
        );
}
