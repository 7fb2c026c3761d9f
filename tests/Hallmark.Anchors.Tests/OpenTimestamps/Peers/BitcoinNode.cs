using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Peers;

/// <summary>A real Bitcoin node on a chain of its own (regtest), on a free loopback port, with 101 blocks and coins to spend. Stopped by its process id.</summary>
internal sealed class BitcoinNode : ITimestampChain, IAsyncDisposable
{
    public const string Program = "tools/peers/bitcoin/node/run/bitcoind";
    private const string Client = "tools/peers/bitcoin/node/run/bitcoin-cli";
    private readonly TemporaryFolder _folder = new();
    private readonly HeldPort _port = new();
    private readonly Process _process;
    private string _address = "";

    private BitcoinNode()
    {
        _process = Start(
            Program,
            [
                .. Where(),
                "-server",
                "-listen=0",
                "-dnsseed=0",
                "-discover=0",
                "-txindex=1",
                "-fallbackfee=0.0001",
                "-rpcbind=127.0.0.1",
                "-rpcallowip=127.0.0.1",
                "-printtoconsole=0",
            ]
        );
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port => _port.Number;

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"));

    public string CookieFile => Path.Combine(_folder.Path, "regtest", ".cookie");

    public static async Task<BitcoinNode> StartAsync()
    {
        var node = new BitcoinNode();
        try
        {
            await node.CallAsync("-rpcwait", "-rpcwaittimeout=180", "getblockcount");
            await node.CallAsync("createwallet", "w");
            // Inputs of the old kind have no witness, so that the transaction's bytes are those that its id is made of.
            node._address = await node.CallAsync("getnewaddress", "", "legacy");
            await node.MineAsync(101);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public Task<string> MineAsync(int blocks) => CallAsync("generatetoaddress", blocks.ToString(CultureInfo.InvariantCulture), _address);

    public async Task<AttestingBlock> WriteAsync(byte[] payload)
    {
        var text = Convert.ToHexStringLower(payload);
        var raw = await CallAsync("createrawtransaction", "[]", $$"""[{"data":"{{text}}"}]""");
        var funded = JsonNode.Parse(await CallAsync("fundrawtransaction", raw, $$"""{"changeAddress":"{{_address}}"}"""))!;
        var signed = JsonNode.Parse(await CallAsync("signrawtransactionwithwallet", funded["hex"]!.GetValue<string>()))!;
        var hex = signed["hex"]!.GetValue<string>();
        var id = await CallAsync("sendrawtransaction", hex);
        await MineAsync(1);
        var height = long.Parse(await CallAsync("getblockcount"), CultureInfo.InvariantCulture);
        var hash = await CallAsync("getblockhash", height.ToString(CultureInfo.InvariantCulture));
        var ids = JsonNode.Parse(await CallAsync("getblock", hash, "1"))!["tx"]!
            .AsArray()
            .Select(static one => one!.GetValue<string>())
            .ToList();
        var at = hex.IndexOf(text, StringComparison.Ordinal);
        return new AttestingBlock(
            Convert.FromHexString(hex[..at]),
            Convert.FromHexString(hex[(at + text.Length)..]),
            [.. ids.Select(static one => Convert.FromHexString(one).Reverse().ToArray())],
            ids.IndexOf(id),
            height
        );
    }

    /// <summary>Throws away the newest block, so that the chain is one shorter.</summary>
    public async Task InvalidateTipAsync() => await CallAsync("invalidateblock", await CallAsync("getbestblockhash"));

    public async Task<string> CallAsync(params string[] call)
    {
        using var client = Start(Client, [.. Where(), .. call]);
        var (output, errors) = (client.StandardOutput.ReadToEndAsync(), client.StandardError.ReadToEndAsync());
        await client.WaitForExitAsync();
        return client.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException($"bitcoin-cli {string.Join(' ', call)}: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _port.Dispose();
        _folder.Dispose();
    }

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(
            new ProcessStartInfo(
                PeerFactAttribute.FindProgram(program) ?? throw new InvalidOperationException(program + " is missing"),
                arguments
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        ) ?? throw new InvalidOperationException(program + " did not start");

    private string[] Where() => ["-regtest", "-datadir=" + _folder.Path, string.Create(CultureInfo.InvariantCulture, $"-rpcport={Port}")];
}
