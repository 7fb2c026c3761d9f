using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Agent;
using Hallmark.Inference.Status;
using Hallmark.Server.Agent;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Agent;

/// <summary>The contract of mlflow-events.md §14 over a real socket.</summary>
public sealed class AgentServerTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "correct horse battery staple";
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly Dictionary<string, AssetStatus> _assets = [];
    private AgentFolder? _state;
    private AgentServer? _server;

    private AgentServer Server => _server!;

    public async Task InitializeAsync()
    {
        _state = AgentFolder.Open(Path.Combine(_folder.Path, "state"));
        _assets["m"] = Status("m");
        _server = await AgentServer.StartAsync(
            AnyPort,
            ManagementSecret.Open(_state, Secret),
            _assets.GetValueOrDefault,
            CancellationToken.None
        );
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        _state!.Dispose();
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("correct horse battery stapl")]
    [InlineData("correct horse battery staple2")]
    public async Task Without_the_secret_every_question_is_401_so_that_nobody_learns_which_assets_there_are(string? secret)
    {
        foreach (var path in new[] { "/v1/verify-status/m", "/v1/verify-status/other", "/", "/v1/verify-status/a/b" })
        {
            using var response = await AskAsync(HttpMethod.Get, path, secret);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.DoesNotContain("policy", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bearer_key_and_a_secret_that_stands_twice_are_401()
    {
        using var bearer = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Address, "/v1/verify-status/m"));
        bearer.Headers.Authorization = new("Bearer", Secret);
        using var refused = await _http.SendAsync(bearer);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var answer = await RawAsync(
            $"GET /v1/verify-status/m HTTP/1.1\r\nHost: x\r\nX-Ario-Management-Secret: {Secret}\r\nX-Ario-Management-Secret: {Secret}\r\nConnection: close\r\n\r\n"
        );
        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_has_every_member_of_the_contract_and_nobody_keeps_it()
    {
        using var response = await AskAsync(HttpMethod.Get, "/v1/verify-status/m", Secret);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.False(response.Headers.Contains("Server"));
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    "{\"asset_id\":\"m\",\"tenant_id\":\"t\",\"agent_id\":\"a\",\"outcome\":\"verified\",\"last_verified_at\":null,\"max_age\":60,\"stale\":false,\"policy_hash\":\"p\",\"current_tx_id\":null}"
                ),
                JsonNode.Parse(await response.Content.ReadAsStringAsync())
            )
        );
    }

    [Fact]
    public async Task Another_asset_and_another_path_are_404_and_another_method_is_405()
    {
        foreach (
            var path in new[] { "/v1/verify-status/M", "/v1/verify-status/", "/v1/verify-status/m/", "/v1/verify-status", "/", "/v1/m" }
        )
        {
            using var response = await AskAsync(HttpMethod.Get, path, Secret);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using var post = await AskAsync(HttpMethod.Post, "/v1/verify-status/m", Secret);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal("GET", Assert.Single(post.Content.Headers.Allow));
    }

    [Fact]
    public async Task The_id_is_read_from_the_request_line_as_it_was_sent()
    {
        foreach (var id in new[] { "..", "a/b", "a//../b", "é/😀", "m%2Fn", " " })
        {
            _assets[id] = Status(id);
            Assert.Equal(id, (await Client().AskAsync(id, CancellationToken.None)).AssetId);
        }
    }

    [Fact]
    public async Task What_is_no_request_or_too_large_ends_with_an_error_and_the_agent_goes_on()
    {
        Assert.StartsWith("HTTP/1.1 400 ", await RawAsync("GET /v1/verify-status/%00 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await RawAsync("what is this\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 414 ", await RawAsync($"GET /{new string('a', 20_000)} HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 431 ",
            await RawAsync($"GET / HTTP/1.1\r\nHost: x\r\nX: {new string('a', 20_000)}\r\n\r\n"),
            StringComparison.Ordinal
        );
        Assert.True((await Client().AskAsync("m", CancellationToken.None)).IsGood);
    }

    [Fact]
    public async Task Every_outcome_that_is_served_is_the_one_that_our_client_and_gate_understand()
    {
        foreach (var outcome in Enum.GetValues<AssetOutcome>())
        {
            foreach (var isStale in new[] { false, true })
            {
                var served = Status("m") with
                {
                    Outcome = outcome,
                    IsStale = isStale,
                    LastVerifiedAt = "2026-06-10T14:23:11.420Z",
                    CurrentTransactionId = "TX",
                };
                _assets["m"] = served;
                Assert.Equal(served, await Client().AskAsync("m", CancellationToken.None));
            }
        }
    }

    [PeerFact("curl")]
    public async Task Curl_gets_the_status_with_the_secret_and_401_without()
    {
        _assets["models/fraud v2"] = Status("models/fraud v2");
        var address = new Uri(Server.Address, "/v1/verify-status/models%2Ffraud%20v2").AbsoluteUri;
        Assert.Equal("401", await RunAsync("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", address));
        var answer = await RunAsync("curl", "-s", "-H", $"{AssetStatusClient.SecretHeader}: {Secret}", address);
        Assert.Equal("models/fraud v2", (string)JsonNode.Parse(answer)!["asset_id"]!);
    }

    [PeerFact("node")]
    public async Task Nodes_client_gets_the_status_with_the_secret_and_401_without()
    {
        const string Script = """
            const http = require('node:http'); const [address, path, secret] = process.argv.slice(1);
            const ask = headers => new Promise(done => http.get(new URL(address), { path, headers }, answer => {
              let text = ''; answer.on('data', part => text += part); answer.on('end', () => done([answer.statusCode, text])); }));
            (async () => { const [refused] = await ask({}); const [status, text] = await ask({ 'X-Ario-Management-Secret': secret });
              const body = JSON.parse(text); console.log(refused, status, body.outcome, body.stale, body.asset_id); })();
            """;
        _assets[".."] = Status("..");
        Assert.Equal(
            "401 200 verified false ..\n",
            await RunAsync("node", "-e", Script, Server.Address.AbsoluteUri, "/v1/verify-status/..", Secret)
        );
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_place_that_others_reach_are_refused_with_what_to_do()
    {
        var secret = ManagementSecret.Open(_state!, Secret);
        var taken = await Assert.ThrowsAsync<UnavailableException>(() =>
            AgentServer.StartAsync(
                new IPEndPoint(IPAddress.Loopback, Server.Address.Port),
                secret,
                _assets.GetValueOrDefault,
                CancellationToken.None
            )
        );
        Assert.Contains("--listen", taken.Hints[0], StringComparison.Ordinal);
        await Assert.ThrowsAsync<BadInputException>(() =>
            AgentServer.StartAsync(new IPEndPoint(IPAddress.Any, 0), secret, _assets.GetValueOrDefault, CancellationToken.None)
        );
    }

    [Fact]
    public async Task Many_ask_at_once_and_all_are_answered()
    {
        var client = Client();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.AskAsync("m", CancellationToken.None)));
        Assert.All(answers, status => Assert.True(status.IsGood));
    }

    [Fact]
    public async Task After_the_stop_nobody_answers()
    {
        var client = Client();
        await Server.DisposeAsync();
        await Assert.ThrowsAsync<AssetStatusTransportException>(() => client.AskAsync("m", CancellationToken.None));
    }

    private static AssetStatus Status(string id) => new(id, "t", "a", AssetOutcome.Verified, null, 60, false, "p", null);

    private AssetStatusClient Client() =>
        new(_http, new AssetStatusOptions { Address = Server.Address, ManagementSecret = Secret }, TimeProvider.System);

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? secret)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.Address, path));
        if (secret is not null)
        {
            request.Headers.TryAddWithoutValidation(AssetStatusClient.SecretHeader, secret);
        }

        return await _http.SendAsync(request);
    }

    private async Task<string> RawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Server.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadLineAsync() ?? "";
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
