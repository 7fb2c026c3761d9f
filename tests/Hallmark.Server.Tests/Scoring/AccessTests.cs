using System.Net;
using Hallmark.Core.Failures;
using Hallmark.Server.Scoring;
using Hallmark.Server.Scoring.Access;
using Hallmark.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>API keys, and where plain HTTP is refused.</summary>
public sealed class AccessTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string OtherKey = "fedcba9876543210fedcba9876543210";
    private const string Json = """{"inputs":[1]}""";

    [Theory]
    [InlineData("Authorization", "Bearer " + Key, 200)]
    [InlineData("Authorization", "bearer  " + Key, 200)]
    [InlineData("X-API-Key", Key, 200)]
    [InlineData("X-API-Key", OtherKey, 200)]
    [InlineData("Authorization", "Bearer wrong", 401)]
    [InlineData("Authorization", "Basic " + Key, 401)]
    [InlineData("Authorization", Key, 401)]
    [InlineData("Authorization", "Bearer ", 401)]
    [InlineData("X-API-Key", Key + "x", 401)]
    [InlineData("X-API-Key", "", 401)]
    [InlineData("X-Other", Key, 401)]
    public async Task Only_a_known_key_is_let_in(string header, string value, int expected)
    {
        await using var scene = await StartAsync();
        using var request = Request("/invocations");
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await scene.Client.SendAsync(request);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(expected == 200 ? 1 : 0, scene.Model.Asked.Count);
        if (expected == 401)
        {
            Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).ToString());
            Assert.Equal("UNAUTHENTICATED", (await ScoringScene.ReadAsync(response))["error_code"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Two_keys_in_one_request_are_refused_even_where_both_are_known()
    {
        await using var scene = await StartAsync();
        using var request = Request("/invocations");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Key);
        request.Headers.TryAddWithoutValidation("X-API-Key", OtherKey);

        using var response = await scene.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/invocations", true)]
    [InlineData("/v2/models/iris/infer", true)]
    [InlineData("/receipts/00000000-0000-4000-8000-000000000000", true)]
    [InlineData("/metrics", true)]
    [InlineData("/ping", false)]
    [InlineData("/health", false)]
    [InlineData("/version", false)]
    [InlineData("/v2", false)]
    [InlineData("/v2/health/ready", false)]
    [InlineData("/v2/models/iris", false)]
    public async Task Predictions_receipts_and_metrics_need_a_key_and_health_does_not(string path, bool needsKey)
    {
        await using var scene = await StartAsync();
        using var request =
            path is "/invocations" || path.EndsWith("/infer", StringComparison.Ordinal)
                ? Request(path)
                : new HttpRequestMessage(HttpMethod.Get, path);

        using var response = await scene.Client.SendAsync(request);

        Assert.Equal(needsKey, response.StatusCode is HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Without_a_key_the_body_is_not_even_asked_for()
    {
        await using var scene = await StartAsync();

        var answer = await scene.SendRawAsync(
            "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 14\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        );

        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_read_by_line_with_or_without_a_name()
    {
        var keys = ApiKeys.Parse($"# the team's\n\nalice {Key}\r\n{OtherKey}\n", "keys");

        Assert.Equal(2, keys.Count);
        Assert.Equal("alice", keys.FindName(Key));
        Assert.Equal("key-4", keys.FindName(OtherKey));
        Assert.Null(keys.FindName(Key + " "));
        Assert.Null(keys.FindName(null));
        Assert.Null(keys.FindName(new string('x', 100_000)));
        Assert.Null(ApiKeys.None.FindName(""));
    }

    [Theory]
    [InlineData("", "no API key")]
    [InlineData("# none\n", "no API key")]
    [InlineData("alice short", "line 1")]
    [InlineData("a b 0123456789abcdef0123456789abcdef", "line 1")]
    [InlineData("alice 0123456789abcdef0123456789abcdüf", "line 1")]
    [InlineData("a 0123456789abcdef0123456789abcdef\nb 0123456789abcdef0123456789abcdef", "line 2")]
    [InlineData("a 0123456789abcdef0123456789abcdef\na fedcba9876543210fedcba9876543210", "line 2")]
    public void Faulty_keys_are_refused_without_being_repeated(string text, string says)
    {
        var refusal = Assert.Throws<BadInputException>(() => ApiKeys.Parse(text, "keys"));

        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_keys_is_for_its_owner_only()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("keys");
        File.WriteAllText(path, "alice " + Key);
        OwnerOnly.Set(path, UnixFileMode.GroupRead);

        var refusal = Assert.Throws<BadInputException>(() => PrivateFile.ReadText(path, "API keys"));
        OwnerOnly.Set(path);

        Assert.Contains("chmod 600", Assert.Single(refusal.Hints), StringComparison.Ordinal);
        Assert.Equal("alice " + Key, PrivateFile.ReadText(path, "API keys"));
        Assert.Throws<BadInputException>(() => PrivateFile.ReadText(folder.Path + "/nope", "API keys"));
    }

    [Fact]
    public async Task Plain_http_to_other_machines_is_refused_unless_it_is_asked_for()
    {
        var open = new ScoringServerOptions { Endpoint = new IPEndPoint(IPAddress.Any, 0) };

        var refusal = await Assert.ThrowsAsync<BadInputException>(() => StartBareAsync(open));
        Assert.Contains(refusal.Hints, hint => hint.Contains("--allow-plain-http", StringComparison.Ordinal));
        await using var server = await StartBareAsync(open with { AllowPlainHttp = true });
        Assert.Equal(Uri.UriSchemeHttp, server.Address.Scheme);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using var scene = await ScoringScene.StartAsync();
        var taken = new ScoringServerOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, scene.Server.Address.Port) };

        var failure = await Assert.ThrowsAsync<UnavailableException>(() => StartBareAsync(taken));

        Assert.Contains(taken.Endpoint.ToString(), failure.Message, StringComparison.Ordinal);
    }

    private static Task<ScoringServer> StartBareAsync(ScoringServerOptions options) =>
        ScoringServer.StartAsync(options, new ScriptedModel(), TimeProvider.System, NullLoggerFactory.Instance, default);

    private static Task<ScoringScene> StartAsync() =>
        ScoringScene.StartAsync(options: new ScoringServerOptions { Keys = ApiKeys.Parse($"a {Key}\nb {OtherKey}", "test") });

    private static HttpRequestMessage Request(string path) =>
        new(HttpMethod.Post, path) { Content = new StringContent(Json, mediaType: new("application/json")) };
}
