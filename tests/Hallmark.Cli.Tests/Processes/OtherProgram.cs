using System.Diagnostics;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>A program of the system that is run to its end with a scene's environment.</summary>
internal static class OtherProgram
{
    public static async Task<Ended> RunAsync(CommandScene scene, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in scene.Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!; // ! it is a program that was found
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        return new Ended(process.ExitCode, await output, await error);
    }
}
