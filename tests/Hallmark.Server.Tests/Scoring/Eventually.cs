using System.Diagnostics;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>Waits for what happens on its own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Asks until it is so; fails after two minutes.</summary>
    public static async Task Async(Func<Task<bool>> isSo)
    {
        for (var waited = Stopwatch.StartNew(); !await isSo(); await Task.Delay(20))
        {
            Assert.True(waited.Elapsed < Patience, "it has not come to be so in two minutes");
        }
    }
}
