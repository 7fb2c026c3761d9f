using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>A real <c>arlocal</c> on a free loopback port, with arweave-js to put bundles on it.</summary>
internal sealed class ArlocalNode : IAsyncDisposable
{
    /// <summary>What a test needs for it.</summary>
    public const string Program = "tools/peers/arlocal/node_modules/arlocal/bin/index.js";

    /// <summary>The native part, without which it does not start.</summary>
    public const string Addon = "tools/peers/arlocal/node_modules/sqlite3/build/Release/node_sqlite3.node";

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly HeldPort _port = new();
    private readonly Process _process;

    private ArlocalNode()
    {
        _process = Node(
            "-r",
            Path.Combine(ProjectFiles.Root, "tools/peers/arlocal/loopback.cjs"),
            Path.Combine(ProjectFiles.Root, Program),
            _port.Number.ToString(CultureInfo.InvariantCulture),
            "--dbpath=./db",
            "--hidelogs"
        );
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Address => _port.Address;

    public static async Task<ArlocalNode> StartAsync()
    {
        var node = new ArlocalNode();
        try
        {
            // Its own clock decides when it listens; each round asks it again.
            for (var attempt = 0; attempt < 1_800; attempt++)
            {
                try
                {
                    _ = await node._http.GetStringAsync(new Uri(node.Address + "/info"));
                    return node;
                }
                catch (HttpRequestException) when (!node._process.HasExited)
                {
                    await Task.Delay(100);
                }
            }

            throw new InvalidOperationException("arlocal does not answer");
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts items into one transaction, signed by the vectors' RSA key, and mines it.</summary>
    /// <returns>The transaction's id.</returns>
    public async Task<string> MineBundleAsync(params DataItem[] items)
    {
        var bundle = Path.Combine(_folder.Path, "bundle");
        var key = Path.Combine(_folder.Path, "key.json");
        await File.WriteAllBytesAsync(bundle, TestItems.Bundle(items));
        await File.WriteAllTextAsync(key, TestWallets.Jwk.GetRawText());
        using var posting = Node(
            Path.Combine(ProjectFiles.Root, "tools/peers/arlocal/post-bundle.cjs"),
            _port.Number.ToString(CultureInfo.InvariantCulture),
            key,
            bundle
        );
        var said = posting.StandardOutput.ReadToEndAsync();
        var faults = await posting.StandardError.ReadToEndAsync();
        await posting.WaitForExitAsync();
        return posting.ExitCode == 0 ? (await said).Trim() : throw new InvalidOperationException(faults);
    }

    /// <summary>Mines so many empty blocks.</summary>
    public async Task MineAsync(int blocks) =>
        _ = await _http.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"{Address}/mine/{blocks}")));

    /// <summary>The ids of all transactions with a tag of that value.</summary>
    public async Task<IReadOnlyList<string>> FindByTagAsync(string name, string value)
    {
        var query = new JsonObject
        {
            ["query"] = "query($tags:[TagFilter!]){transactions(tags:$tags){edges{node{id}}}}",
            ["variables"] = new JsonObject
            {
                ["tags"] = new JsonArray(new JsonObject { ["name"] = name, ["values"] = new JsonArray(value) }),
            },
        };
        using var content = new StringContent(query.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri(Address + "/graphql"), content);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return [.. body["data"]!["transactions"]!["edges"]!.AsArray().Select(edge => edge!["node"]!["id"]!.GetValue<string>())];
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _http.Dispose();
        _port.Dispose();
        _folder.Dispose();
    }

    private Process Node(params string[] arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!; // ! a process of its own always starts anew
    }
}
