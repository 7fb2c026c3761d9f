using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring.Proxy;

/// <summary>A model server of its own process, <c>upstream.mjs</c>; ends with this.</summary>
internal sealed class UpstreamProcess : IDisposable
{
    private readonly Process _process;

    private UpstreamProcess(Process process, int port)
    {
        _process = process;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    public Uri Address { get; }

    public static async Task<UpstreamProcess> StartAsync()
    {
        var script = Path.Combine(ProjectFiles.Root, "tests/Hallmark.Server.Tests/Scoring/Proxy/upstream.mjs");
        var process = Process.Start(
            new ProcessStartInfo("node", [script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var port = await process.StandardOutput.ReadLineAsync();
        return new UpstreamProcess(process, int.Parse(port!, CultureInfo.InvariantCulture));
    }

    /// <summary>What it was asked, in order: <c>url</c>, <c>headers</c>, <c>body</c> (base64).</summary>
    public async Task<IReadOnlyList<JsonNode>> AskedAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        return [.. JsonNode.Parse(await http.GetStringAsync(new Uri(Address, "/asked")))!.AsArray().Select(one => one!)];
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
