using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.Tests.OpenTimestamps.Calendars;
using Hallmark.Anchors.Tests.TimeStampAuthority;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Cli.Tests.Serving;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>
/// <c>--offline</c> where there is no network interface at all, not even the loopback one: every kind of anchor's receipts, predictions' receipts and traces come to the
/// very verdict that they come to on a machine with a network.
/// </summary>
public sealed class OfflineTests : IAsyncLifetime, IDisposable
{
    private const string Trace = "tr-6b9781eb3049049238723b0c962e659e";
    private readonly CommandScene _scene = new CommandScene().WithStore();
    private readonly OpenSslAuthority _authority = new();
    private readonly TestChain _chain = new();
    private TestCalendar _calendar = null!; // set by InitializeAsync
    private TurboServer _turbo = null!; // set by InitializeAsync
    private LoopbackServer _authorityServer = null!; // set by InitializeAsync

    private string HeaderFile => _scene.Folder.File("headers.txt");

    private string Remote => Path.Combine(_scene.Folder.Path, "remote.git");

    public async Task InitializeAsync()
    {
        _calendar = await TestCalendar.StartAsync();
        _turbo = await TurboServer.StartAsync(_scene.Clock);
        _authorityServer = await _authority.ServeAsync();
    }

    public async Task DisposeAsync()
    {
        await _calendar.DisposeAsync();
        await _turbo.DisposeAsync();
        await _authorityServer.DisposeAsync();
    }

    public void Dispose()
    {
        _authority.Dispose();
        _scene.Dispose();
    }

    [PeerFact("unshare", "openssl", "git")]
    public async Task Receipts_of_every_kind_of_anchor_verify_without_any_network_as_they_do_with_one()
    {
        await AddAnchorsAsync();
        await File.WriteAllTextAsync(_scene.Folder.File("a.txt"), "a");
        await _scene.ExpectAsync(0, "anchor", "file", _scene.Folder.File("a.txt"), "--wait=submitted");
        await _calendar.AttestAsync(_chain);
        _chain.Grow(6);
        await File.WriteAllTextAsync(HeaderFile, _chain.ToText());
        await _scene.ExpectAsync(0, "receipts", "refresh");
        var folder = Path.Combine(_scene.Folder.Path, "out");
        await _scene.ExpectAsync(0, "receipts", "export", "0", "--output", folder);
        var receipts = Directory.GetFiles(folder, "*.receipt.json").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["arweave", "git", "ots", "tsa", "vault"], receipts.Select(file => Path.GetFileName(file).Split('.')[0]));
        var content = Assert.Single(Directory.GetFiles(folder, "checkpoint-*.txt"));

        var witnesses = JsonNode.Parse((await AssertSameAsync("receipts", "show", "0", "--json")).Out)!["witnesses"]!.AsArray();
        Assert.Equal(
            ["arweave", "checkpoint-file", "git", "opentimestamps", "rfc3161"],
            witnesses.Select(witness => (string?)witness!["world"]).Order(StringComparer.Ordinal)
        );
        var verified = await AssertSameAsync("verify", "file", _scene.Folder.File("a.txt"), "--require", "all(ots, tsa)");
        Assert.Equal(0, verified.Code);
        foreach (var receipt in receipts)
        {
            // What only somebody else can tell, such as a block or a remote's branch, is out of reach, and nothing is refuted.
            var one = await AssertSameAsync("verify", "receipt", receipt, "--content", content);
            Assert.Equal(Path.GetFileName(receipt) is "ots.receipt.json" or "tsa.receipt.json" or "vault.receipt.json" ? 0 : 3, one.Code);
        }

        var listed = await AssertSameAsync("receipts", "list", "--json");
        Assert.Equal(5, JsonNode.Parse(listed.Out)!.AsArray().Count);
    }

    [PeerFact("unshare")]
    public async Task A_predictions_receipt_and_its_trace_verify_without_any_network_as_they_do_with_one()
    {
        var id = await PredictAsync();
        await _scene.ExpectAsync(0, "outbox", "drain");
        var receipt = _scene.Folder.File("receipt.json");

        var got = await WithoutNetworkAsync("receipts", "get", id, "--with-record", "--out", receipt, "--offline");
        Assert.True(got.Code == 0, got.ToString());
        Assert.Equal(0, (await AssertSameAsync("verify", "receipt", receipt, "--signer", "default")).Code);
        Assert.Equal(0, (await AssertSameAsync("verify", "trace", Trace, "--signer", "default")).Code);
    }

    [PeerFact("unshare", "openssl")]
    public async Task A_store_or_an_anchor_on_the_network_is_out_of_reach_and_nobody_looks_for_it()
    {
        await _scene.ExpectAsync(0, "anchors", "add", "tsa", "rfc3161", "url=http://127.0.0.1:1", "roots=" + _authority.RootFile);
        foreach (var store in new[] { "http://mlflow.example:5000", "https://mlflow.example", "postgresql://u@db.example/mlflow" })
        {
            var refused = await WithoutNetworkAsync("verify", "run", CommandScene.TunedRun, "--tracking-uri", store, "--offline");
            Assert.True(refused.Code == 3, refused.ToString());
            Assert.Contains("the command is offline", refused.Error, StringComparison.Ordinal);
        }

        var status = await WithoutNetworkAsync("anchors", "status", "--offline");
        Assert.True(status.Code == 3, status.ToString());
        Assert.Contains("offline", status.Out, StringComparison.Ordinal);
    }

    private async Task AddAnchorsAsync()
    {
        var vault = Directory.CreateDirectory(Path.Combine(_scene.Folder.Path, "vault")).FullName;
        await OtherProgram.RunAsync(_scene, "git", "init", "--quiet", "--bare", Remote);
        await OtherProgram.RunAsync(_scene, "git", "init", "--quiet", "--bare", Remote + ".mine");
        await File.WriteAllTextAsync(HeaderFile, _chain.ToText());
        string[][] anchors =
        [
            [
                "arweave",
                "arweave",
                "anchors=checkpoint",
                $"upload={_turbo.Address}",
                $"gateways={_turbo.Address}",
                "bundlers=" + TurboServer.BundlerAddress,
            ],
            [
                "ots",
                "opentimestamps",
                "calendars=" + _calendar.Address,
                "min_calendars=1",
                "network=regtest",
                "bitcoin.headers=" + HeaderFile,
            ],
            ["tsa", "rfc3161", "url=" + _authorityServer.Address, "roots=" + _authority.RootFile, "policy=1.2.3.4.1"],
            ["git", "checkpoint-file", $"repository={Remote}.mine", "remote=" + Remote],
            ["vault", "checkpoint-file", "folder=" + vault],
        ];
        foreach (var anchor in anchors)
        {
            await _scene.ExpectAsync(0, ["anchors", "add", .. anchor]);
        }
    }

    private async Task<string> PredictAsync()
    {
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(_scene, "--proxy", server.Address, "--mlflow-traces");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/invocations")
        {
            Content = new StringContent("""{"inputs":[1]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("X-MLflow-Trace-Id", Trace);
        using var response = await served.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var id = Assert.Single(response.Headers.GetValues("Hallmark-Decision-Id"));
        Assert.Equal(0, await served.TerminateAsync());
        return id;
    }

    // The same words and the same exit code, here offline and there without a network.
    private async Task<Ended> AssertSameAsync(params string[] command)
    {
        var here = await _scene.RunAsync([.. command, "--offline"]);
        var there = await WithoutNetworkAsync([.. command, "--offline"]);
        Assert.Equal((here.Code, here.Out), (there.Code, there.Out));
        return there;
    }

    private Task<Ended> WithoutNetworkAsync(params string[] arguments) =>
        OtherProgram.RunAsync(
            _scene,
            "unshare",
            ["--net", "--map-root-user", "dotnet", Path.Combine(AppContext.BaseDirectory, "hallmark.dll"), .. arguments]
        );
}
