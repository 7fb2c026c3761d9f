using System.Diagnostics;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>The real program in a process of its own.</summary>
internal sealed class HallmarkProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    public HallmarkProcess(CommandScene scene, IReadOnlyDictionary<string, string>? more, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hallmark.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = scene.Folder.Path,
        };
        foreach (var (name, value) in scene.Environment.Concat(more ?? new Dictionary<string, string>()))
        {
            start.Environment[name] = value;
        }

        start.Environment.Remove("ARIO_MLFLOW_SIGNING_KEY");
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Ends the process at once, as a power cut would (SIGKILL).</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    /// <summary>Asks the process to end, as a service manager does (SIGTERM).</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])!;
        kill.WaitForExit();
    }

    public async Task<Ended> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        return new Ended(_process.ExitCode, await _output, await _error);
    }

    public static async Task<Ended> RunAsync(CommandScene scene, params string[] arguments)
    {
        using var process = new HallmarkProcess(scene, null, arguments);
        return await process.EndAsync();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
