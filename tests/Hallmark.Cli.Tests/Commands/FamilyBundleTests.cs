using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>verify bundle</c> on bundles of the ar.io family with what lies beside them: disclosed content, and gateways that are asked.</summary>
public sealed class FamilyBundleTests : IAsyncLifetime, IDisposable
{
    private const int MaxDepth = 1000;
    private readonly CommandScene _scene = new();
    private readonly Dictionary<string, string> _published = new(StringComparer.Ordinal);
    private LoopbackServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await LoopbackServer.StartAsync(context =>
        {
            if (_published.TryGetValue(context.Request.Path.Value!, out var body))
            {
                return context.Response.WriteAsync(body, Encoding.UTF8);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Every_vector_with_gateways_gets_its_status_from_gateways_that_are_really_asked()
    {
        var seen = new HashSet<string>();
        foreach (var vector in (await VectorsAsync()).Where(vector => vector["gateways"] is JsonArray))
        {
            _published.Clear();
            List<string> options = [];
            foreach (var (gateway, i) in vector["gateways"]!.AsArray().Select((gateway, i) => ((string)gateway!, i)))
            {
                var place = $"/g{i}";
                options.AddRange("--gateway", _server.Address + place + (gateway.EndsWith('/') ? "/" : ""));
                foreach (var (url, body) in vector["gateway_responses"]!.AsObject())
                {
                    if (url.StartsWith(gateway.TrimEnd('/') + "/", StringComparison.Ordinal))
                    {
                        _published[place + url[gateway.TrimEnd('/').Length..]] = (string)body!;
                    }
                }
            }

            var status = await StatusAsync(vector, options);
            Assert.Equal((string?)vector["expect"]!["status"], status);
            seen.Add(status);
        }

        Assert.Equal(["failed", "partial", "verified"], seen.Order());
        Assert.NotEmpty(_server.Asked);
    }

    [Fact]
    public async Task Every_vector_with_content_gets_its_status_from_logs()
    {
        var count = 0;
        foreach (var vector in (await VectorsAsync()).Where(vector => vector["content_hex"] is JsonObject))
        {
            var logs = _scene.Folder.File("logs.json");
            await File.WriteAllTextAsync(logs, vector["content_hex"]!.ToJsonString());

            // What is not hex is text here, and the family's library takes hex only.
            if ((string?)vector["id"] == "content/side-not-hex")
            {
                continue;
            }

            Assert.Equal((string?)vector["expect"]!["status"], await StatusAsync(vector, ["--logs", logs]));
            count++;
        }

        Assert.Equal(3, count);
    }

    [Theory]
    [InlineData("raw-0", 0)]
    [InlineData("7261772d30", 0)]
    [InlineData("raw-X", 1)]
    public async Task Logs_take_text_as_well_as_hex(string content, int code)
    {
        var vector = (await VectorsAsync()).Single(one => (string?)one["id"] == "content/side-wrong");
        var logs = _scene.Folder.File("logs.json");
        await File.WriteAllTextAsync(logs, new JsonObject { [vector["content_hex"]!.AsObject().Single().Key] = content }.ToJsonString());
        await WriteAsync(vector["bundle"]!);
        await _scene.ExpectAsync(code, "verify", "bundle", BundleFile, "--logs", logs);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"a\": 7}")]
    [InlineData("{\"a\": \"00\"")]
    [InlineData("")]
    public async Task Logs_that_are_none_are_refused(string text)
    {
        await WriteAsync((await VectorsAsync())[0]["bundle"]!);
        await File.WriteAllTextAsync(_scene.Folder.File("logs.json"), text);
        await _scene.RefuseAsync(2, "verify", "bundle", BundleFile, "--logs", _scene.Folder.File("logs.json"));
    }

    [Theory]
    [InlineData("--gateway", "arweave.net")]
    [InlineData("--gateway", "https://a.example", "--offline")]
    public async Task A_gateway_that_is_no_address_or_may_not_be_asked_is_refused(params string[] options)
    {
        await WriteAsync((await VectorsAsync())[0]["bundle"]!);
        await _scene.RefuseAsync(2, ["verify", "bundle", BundleFile, .. options]);
    }

    [Fact]
    public async Task A_gateway_over_plain_http_elsewhere_counts_as_unreachable_and_is_not_asked()
    {
        var vector = (await VectorsAsync()).First(one => (string?)one["id"] == "chain/confirm-pretty");
        Assert.Equal("partial", await StatusAsync(vector, ["--gateway", "http://gateway.invalid"]));
    }

    [Fact]
    public async Task An_inclusion_bundle_is_compared_with_what_the_gateways_publish()
    {
        var bundle = JsonNode.Parse(await File.ReadAllTextAsync(ProjectFiles.TestData("ario/agent-proofs.json")))!["cases"]!
            .AsArray()
            .First(one => (string?)one!["id"] == "ok-0")!["bundle"]!;
        await WriteAsync(bundle);
        var path = "/" + (string)bundle["checkpoint_tx_id"]!;
        await _scene.ExpectAsync(3, "verify", "bundle", BundleFile, "--gateway", _server.Address);
        _published[path] = bundle["checkpoint_envelope"]!.ToJsonString();
        await _scene.ExpectAsync(0, "verify", "bundle", BundleFile, "--gateway", _server.Address);
        _published[path] = "{}";
        var lied = await _scene.ExpectAsync(1, "verify", "bundle", BundleFile, "--gateway", _server.Address);
        Assert.Contains("do not match", lied.Out, StringComparison.Ordinal);
    }

    private string BundleFile => _scene.Folder.File("family.json");

    private async Task<string> StatusAsync(JsonNode vector, IReadOnlyList<string> options)
    {
        await WriteAsync(vector["bundle"]!);
        var ended = await _scene.RunAsync(["verify", "bundle", BundleFile, "--json", .. options]);
        return (string)JsonNode.Parse(ended.Out)!["status"]!;
    }

    private Task WriteAsync(JsonNode bundle) => File.WriteAllTextAsync(BundleFile, bundle.ToJsonString(new() { MaxDepth = MaxDepth }));

    private static async Task<List<JsonNode>> VectorsAsync() =>
        [
            .. JsonNode.Parse(
                await File.ReadAllTextAsync(ProjectFiles.TestData("ario/evidence-bundles.json")),
                documentOptions: new() { MaxDepth = MaxDepth }
            )!["cases"]!
                .AsArray()
                .Select(vector => vector!),
        ];
}
