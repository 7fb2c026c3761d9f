using System.Diagnostics;
using System.Globalization;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>Looks at other processes of this machine.</summary>
internal static class ProcessTable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Whether a process runs; a dead one that nobody has buried yet does not.</summary>
    public static bool Runs(int id)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return text[(text.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until a process no longer runs; fails after two minutes.</summary>
    public static Task EndOfAsync(int id) => UntilAsync(() => !Runs(id), $"process {id} still runs");

    /// <summary>Sends SIGKILL to one process alone.</summary>
    public static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill(entireProcessTree: false);
    }

    public static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        for (var since = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(10))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, otherwise);
        }
    }
}
