using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;

/// <summary>Nodes and explorers that follow another chain, refuse, answer garbage or lie.</summary>
public sealed class HeaderSourceTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());
    private readonly TemporaryFolder _folder = new();
    private readonly TestChain _chain = new();

    public HeaderSourceTests()
    {
        _chain.Grow(10);
        File.WriteAllText(_folder.File(".cookie"), "__cookie__:se-cret\n");
    }

    private AnchorHttp Http => new(_client, allowPlainHttp: false, TimeProvider.System);

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_node_is_asked_with_its_cookie_and_its_header_is_checked()
    {
        await using var server = await LoopbackServer.StartAsync(context => AnswerCallAsync(context, _ => null));
        var found = await Node(server).FindAsync(4, None);
        Assert.Equal((_chain[4].Hex, 7L), (found!.Header.Hex, found.Depth));
        Assert.Null(await Node(server).FindAsync(11, None));
        Assert.All(
            server.Asked,
            static asked => Assert.Equal("Basic " + Convert.ToBase64String("__cookie__:se-cret"u8), asked.Authorization)
        );
    }

    [Theory]
    [InlineData("getblockchaininfo", """{"chain":"main"}""", "does not follow regtest")]
    [InlineData("getblockchaininfo", "7", "does not follow regtest")]
    [InlineData("getblockhash", "\"00\"", "no valid header")]
    [InlineData("getblockheader", "\"00\"", "no valid header")]
    [InlineData("getblockheader", "{}", "no valid header")]
    [InlineData("getblockcount", "3", "no valid header")]
    [InlineData("getblockcount", "\"x\"", "no valid header")]
    public async Task A_node_whose_answers_do_not_fit_together_is_not_believed(string method, string result, string told)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            AnswerCallAsync(context, asked => asked == method ? JsonNode.Parse(result) : null)
        );
        await RefuseAsync(Node(server), told);
    }

    [Theory]
    [InlineData(401, "", "refuses the user and password")]
    [InlineData(403, "", "refuses the user and password")]
    [InlineData(503, "Work queue depth exceeded", "HTTP 503")]
    [InlineData(500, "<html>", "not a JSON object")]
    [InlineData(500, """{"result":null,"error":{"code":-28,"message":"Loading block index"},"id":"hallmark"}""", "Loading block index")]
    [InlineData(200, "[]", "not a JSON object")]
    public async Task A_node_that_refuses_is_out_of_reach_and_its_password_is_in_no_message(int status, string body, string told)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        });
        var fault = await RefuseAsync(Node(server), told);
        Assert.DoesNotContain("se-cret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_user_and_password_nothing_is_sent()
    {
        await using var server = await LoopbackServer.StartAsync(static _ => Task.CompletedTask);
        foreach (
            var (credentials, told) in new[]
            {
                (NodeCredentials.FromCookieFile(_folder.File("missing")), "cannot be read"),
                (NodeCredentials.FromCookieFile(Write("no colon")), "not a Bitcoin node's cookie file"),
                (NodeCredentials.FromCookieFile(Write("a:b\nc:d")), "not a Bitcoin node's cookie file"),
                (NodeCredentials.FromEnvironment("HALLMARK_TEST_UNSET_USER", "HALLMARK_TEST_UNSET_PASSWORD"), "HALLMARK_TEST_UNSET_USER"),
            }
        )
        {
            await RefuseAsync(
                new NodeHeaderSource(Http, new Uri(server.Address), credentials, BitcoinNetwork.Regtest, OtsWorld.Patience),
                told
            );
        }

        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task An_explorers_header_is_checked_against_its_hash_and_work()
    {
        await using var server = await LoopbackServer.StartAsync(context => AnswerPathAsync(context, _ => null));
        var found = await Explorer(server).FindAsync(9, None);
        Assert.Equal((_chain[9].Hex, 2L), (found!.Header.Hex, found.Depth));
        Assert.Null(await Explorer(server).FindAsync(11, None));
    }

    [Theory]
    [InlineData("block-height/0", "00", "does not follow regtest")]
    [InlineData("block-height/4", "../../evil", "no valid header")]
    [InlineData("block-height/4", "0000000000000000000000000000000000000000000000000000000000000000", "no valid header")]
    [InlineData("header", "00", "no valid header")]
    [InlineData("blocks/tip/height", "3", "no valid header")]
    [InlineData("blocks/tip/height", "-3", "no valid header")]
    public async Task An_explorer_whose_answers_do_not_fit_together_is_not_believed(string path, string answer, string told)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            AnswerPathAsync(context, asked => asked.EndsWith(path, StringComparison.Ordinal) ? answer : null)
        );
        await RefuseAsync(Explorer(server), told);
        Assert.DoesNotContain(server.Asked, static asked => asked.Target.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plain_http_to_another_machine_is_refused_before_anything_is_sent()
    {
        var explorer = new EsploraHeaderSource(Http, new Uri("http://192.0.2.1/api"), BitcoinNetwork.Regtest, OtsWorld.Patience);
        await RefuseAsync(explorer, "is not encrypted");
    }

    [Fact]
    public void Networks_are_known_by_name() =>
        Assert.Equal(
            ["mainnet", "testnet", "regtest"],
            BitcoinNetwork.All.Select(static network => BitcoinNetwork.Parse(network.Name).Name)
        );

    private static async Task<AnchorUnavailableException> RefuseAsync(IBlockHeaderSource source, string told)
    {
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => source.FindAsync(4, None));
        Assert.Contains(told, fault.Message, StringComparison.Ordinal);
        return fault;
    }

    private NodeHeaderSource Node(LoopbackServer server) =>
        new(
            Http,
            new Uri(server.Address),
            NodeCredentials.FromCookieFile(_folder.File(".cookie")),
            BitcoinNetwork.Regtest,
            OtsWorld.Patience
        );

    private EsploraHeaderSource Explorer(LoopbackServer server) =>
        new(Http, new Uri(server.Address + "/api/"), BitcoinNetwork.Regtest, OtsWorld.Patience);

    private string Write(string cookie)
    {
        var path = _folder.File(Guid.CreateVersion7().ToString("N"));
        File.WriteAllText(path, cookie);
        return path;
    }

    private async Task AnswerCallAsync(HttpContext context, Func<string, JsonNode?> lie)
    {
        var call = (await JsonNode.ParseAsync(context.Request.Body))!;
        var method = call.Text("method");
        var first = call["params"]!.AsArray().FirstOrDefault();
        var isBeyond = method == "getblockhash" && first!.GetValue<int>() > _chain.Height;
        JsonNode? result =
            lie(method)
            ?? method switch
            {
                "getblockchaininfo" => new JsonObject { ["chain"] = "regtest" },
                "getblockhash" when !isBeyond => _chain[first!.GetValue<int>()].DisplayedHash,
                "getblockheader" => Find(first!.GetValue<string>())?.Hex,
                "getblockcount" => _chain.Height,
                _ => null,
            };
        context.Response.StatusCode = isBeyond ? 500 : 200;
        var error = isBeyond ? new JsonObject { ["code"] = -8, ["message"] = "Block height out of range" } : null;
        var answer = new JsonObject
        {
            ["result"] = result,
            ["error"] = error,
            ["id"] = call.Text("id"),
        };
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private Task AnswerPathAsync(HttpContext context, Func<string, string?> lie)
    {
        var words = context.Request.Path.Value!["/api/".Length..].Split('/');
        var answer =
            lie(string.Join('/', words))
            ?? words switch
            {
                ["block-height", "0"] => BitcoinNetwork.Regtest.GenesisHash,
                ["block-height", var height]
                    when int.Parse(height, System.Globalization.CultureInfo.InvariantCulture) is var number && number <= _chain.Height =>
                    _chain[number].DisplayedHash,
                ["block", var hash, "header"] => Find(hash)?.Hex,
                ["blocks", "tip", "height"] => _chain.Height.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => null,
            };
        context.Response.StatusCode = answer is null ? 404 : 200;
        return context.Response.WriteAsync(answer ?? "Block not found", Encoding.ASCII);
    }

    private BlockHeader? Find(string hash) =>
        Enumerable.Range(0, _chain.Height + 1).Select(height => _chain[height]).FirstOrDefault(header => header.DisplayedHash == hash);
}
