using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Peers;

/// <summary>The JavaScript client and the Python library, as programs.</summary>
internal static class OtsClients
{
    public const string JavaScript = "tools/peers/opentimestamps/node_modules/opentimestamps/index.js";
    public const string Python = "/usr/lib/python3/dist-packages/opentimestamps/core/timestamp.py";

    /// <summary>Runs the JavaScript client; its answer.</summary>
    /// <param name="home">Its home folder, where it looks for a node's configuration.</param>
    /// <param name="arguments">The command and its arguments.</param>
    public static Task<JsonNode> RunJavaScriptAsync(string home, params string[] arguments) =>
        RunAsync("node", [Script("client.cjs"), .. arguments], input: [], home);

    /// <summary>Lets the Python library read a proof file, write it canonically and hold it against headers.</summary>
    /// <param name="proof">The proof file's bytes.</param>
    /// <param name="headers">As <c>HEIGHT:HEX</c>.</param>
    public static Task<JsonNode> RunPythonAsync(byte[] proof, params string[] headers) =>
        RunAsync("/usr/bin/python3", ["-W", "ignore", Script("client.py"), .. headers], proof, home: Path.GetTempPath());

    /// <summary>What the Python library makes of each of many files: its canonical bytes in hexadecimal digits, or the name of its error.</summary>
    public static async Task<IReadOnlyList<string>> JudgeByPythonAsync(IEnumerable<byte[]> files)
    {
        var lines = string.Concat(files.Select(static file => Convert.ToHexStringLower(file) + "\n"));
        var answer = await RunAsync(
            "/usr/bin/python3",
            ["-W", "ignore", Script("judge.py")],
            Encoding.ASCII.GetBytes(lines),
            home: Path.GetTempPath()
        );
        return [.. answer.AsArray().Select(static one => one!.GetValue<string>())];
    }

    private static string Script(string name) => Path.Combine(ProjectFiles.Root, "tools/peers/opentimestamps", name);

    private static async Task<JsonNode> RunAsync(string program, IEnumerable<string> arguments, byte[] input, string home)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = home;
        using var process = Process.Start(start) ?? throw new InvalidOperationException(program + " did not start");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var said = await output;
        return process.ExitCode == 0
            ? JsonNode.Parse(said.TrimEnd().Split('\n')[^1])!
            : throw new InvalidOperationException($"{program}: {said}{await errors}");
    }
}
