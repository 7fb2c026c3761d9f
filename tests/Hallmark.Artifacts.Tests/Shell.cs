using System.Diagnostics;

namespace Hallmark.Artifacts.Tests;

/// <summary>Makes what the base library cannot: pipes, and names that are no UTF-8.</summary>
internal static class Shell
{
    public static void Run(string folder, string script)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = folder, UseShellExecute = false }
        )!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
