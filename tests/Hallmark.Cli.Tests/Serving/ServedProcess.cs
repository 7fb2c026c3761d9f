using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Serving;

/// <summary><c>hallmark serve</c> in a process of its own, on a free port.</summary>
internal sealed class ServedProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors;

    private ServedProcess(Process process, ConcurrentQueue<string> errors, JsonNode announced)
    {
        (_process, _errors, Announced) = (process, errors, announced);
        Address = new Uri(announced["address"]!.GetValue<string>());
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = Address, Timeout = Patience };
    }

    /// <summary>What it wrote when it was ready.</summary>
    public JsonNode Announced { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>What it has said on standard error so far.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts it; returns when it answers.</summary>
    public static async Task<ServedProcess> StartAsync(CommandScene scene, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "hallmark.dll"), "serve", "--listen", "127.0.0.1:0", "--json", .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = scene.Folder.Path,
        };
        foreach (var (name, value) in scene.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment.Remove("ARIO_MLFLOW_SIGNING_KEY");
        var errors = new ConcurrentQueue<string>();
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        var announced = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (announced is null)
        {
            process.WaitForExit();
            throw new InvalidOperationException("hallmark serve did not start: " + string.Join('\n', errors));
        }

        return new ServedProcess(process, errors, JsonNode.Parse(announced)!);
    }

    /// <summary>Asks until an answer has a status.</summary>
    public async Task<HttpResponseMessage> UntilAsync(string path, HttpStatusCode status)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var response = await Client.GetAsync(new Uri(path, UriKind.Relative), patience.Token);
            if (response.StatusCode == status)
            {
                return response;
            }

            response.Dispose();
        }
    }

    /// <summary>Ends the process at once, as a power cut would (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    /// <summary>Asks the process to end, as a service manager does (SIGTERM), and waits until it has.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync();
        return await WaitAsync();
    }

    /// <summary>Asks the process to end (SIGTERM), and goes on.</summary>
    public async Task SignalAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])!;
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until the process has ended.</summary>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
