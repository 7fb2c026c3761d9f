using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Status;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Inference.Tests.Status;

public sealed class AssetStatusClientTests : IDisposable
{
    private const string Secret = "correct horse battery staple";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly ForwardClock _clock = new();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task The_secret_goes_in_its_header_and_a_key_as_bearer()
    {
        var seen = new List<string>();
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            seen.Add($"{context.Request.Headers[AssetStatusClient.SecretHeader]}|{context.Request.Headers.Authorization}");
            return context.Response.WriteAsync(Good("m"));
        });
        await Client(server).AskAsync("m", None);
        await new AssetStatusClient(_http, new AssetStatusOptions { Address = new Uri(server.Address), ApiKey = "k" }, _clock).AskAsync(
            "m",
            None
        );
        Assert.Equal([$"{Secret}|", "|Bearer k"], seen);
    }

    [Fact]
    public void Exactly_one_of_secret_and_key_is_given()
    {
        Assert.Throws<BadInputException>(() => new AssetStatusClient(_http, new AssetStatusOptions(), _clock));
        Assert.Throws<BadInputException>(() =>
            new AssetStatusClient(_http, new AssetStatusOptions { ManagementSecret = "s", ApiKey = "k" }, _clock)
        );
    }

    [Fact]
    public void The_secret_is_never_sent_in_the_clear_to_another_machine()
    {
        var refusal = Assert.Throws<BadInputException>(() =>
            new AssetStatusClient(
                _http,
                new AssetStatusOptions { Address = new Uri("http://agent.example"), ManagementSecret = Secret },
                _clock
            )
        );
        Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
        _ = new AssetStatusClient(
            _http,
            new AssetStatusOptions { Address = new Uri("https://agent.example"), ManagementSecret = Secret },
            _clock
        );
    }

    [Fact]
    public async Task A_redirect_is_not_followed_so_that_nobody_else_sees_the_secret()
    {
        await using var thief = await LoopbackServer.StartAsync(context => context.Response.WriteAsync(Good("m")));
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect(thief.Address);
            return Task.CompletedTask;
        });
        var failure = await Assert.ThrowsAsync<AssetStatusTransportException>(() => Client(server).AskAsync("m", None));
        Assert.Empty(thief.Asked);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "{\"asset_id\":\"other\",\"tenant_id\":\"t\",\"agent_id\":\"a\",\"outcome\":\"verified\",\"last_verified_at\":null,\"max_age\":1,\"stale\":false,\"policy_hash\":\"p\",\"current_tx_id\":null}"
    )]
    [InlineData(
        "{\"asset_id\":\"m\",\"tenant_id\":\"t\",\"agent_id\":\"a\",\"outcome\":\"verified\",\"last_verified_at\":null,\"max_age\":1,\"stale\":null,\"policy_hash\":\"p\",\"current_tx_id\":null}"
    )]
    [InlineData(
        "{\"asset_id\":\"m\",\"asset_id\":\"m\",\"tenant_id\":\"t\",\"agent_id\":\"a\",\"outcome\":\"verified\",\"last_verified_at\":null,\"max_age\":1,\"stale\":false,\"policy_hash\":\"p\",\"current_tx_id\":null}"
    )]
    public async Task An_answer_about_another_asset_or_without_a_clear_stale_is_no_answer(string body)
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync(body));
        await Assert.ThrowsAsync<AssetStatusTransportException>(() => Client(server).AskAsync("m", None));
    }

    [Fact]
    public async Task An_agent_that_is_silent_absent_or_endless_is_a_transport_failure_with_exit_code_3()
    {
        await using var silent = await LoopbackServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var endless = await LoopbackServer.StartAsync(async context =>
        {
            var block = new byte[8192];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        using var absent = new HeldPort();
        foreach (var address in new[] { silent.Address, endless.Address, absent.Address })
        {
            var client = new AssetStatusClient(
                _http,
                new AssetStatusOptions
                {
                    Address = new Uri(address),
                    ManagementSecret = Secret,
                    Timeout = TimeSpan.FromMilliseconds(500),
                },
                _clock
            );
            Assert.Equal(3, (await Assert.ThrowsAsync<AssetStatusTransportException>(() => client.AskAsync("m", None))).ExitCode);
        }
    }

    [Fact]
    public async Task Nothing_is_kept_unless_asked_for_and_then_good_answers_only_and_not_for_longer()
    {
        var body = Good("m");
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync(body));
        var forgetful = Client(server);
        await forgetful.AskAsync("m", None);
        await forgetful.AskAsync("m", None);
        Assert.Equal(2, server.Asked.Count);

        var client = Client(server, TimeSpan.FromSeconds(20));
        await client.AskAsync("m", None);
        _clock.Advance(TimeSpan.FromSeconds(19));
        body = body.Replace("verified\",", "tampered\",", StringComparison.Ordinal);
        Assert.Equal(AssetOutcome.Verified, (await client.AskAsync("m", None)).Outcome);
        Assert.Equal(3, server.Asked.Count);

        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(AssetOutcome.Tampered, (await client.AskAsync("m", None)).Outcome);
        Assert.Equal(AssetOutcome.Tampered, (await client.AskAsync("m", None)).Outcome);
        Assert.Equal(5, server.Asked.Count);
    }

    [Fact]
    public void An_asset_id_that_is_no_text_or_too_long_is_refused_before_anything_is_sent()
    {
        Assert.Throws<BadInputException>(() => AssetStatusClient.PathOf("\ud800"));
        Assert.Throws<BadInputException>(() => AssetStatusClient.PathOf(new string('a', 1_025)));
        Assert.Equal("/v1/verify-status/%EF%BF%BD", AssetStatusClient.PathOf("\ufffd"));
    }

    [Theory]
    [InlineData(GatePolicy.FailClosed)]
    [InlineData(GatePolicy.Raise)]
    public async Task A_closed_gate_lets_nothing_through_but_a_good_answer(GatePolicy policy)
    {
        var body = Good("m");
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync(body));
        var gate = new AssetGate(Client(server), "m", policy, _ => Assert.Fail("a closed gate warns nobody"));
        Assert.True((await gate.PassAsync(AssetGate.LoadPhase, None))!.IsGood);
        body = body.Replace("\"stale\":false", "\"stale\":true", StringComparison.Ordinal);
        Assert.Equal("m", (await Assert.ThrowsAsync<AssetStaleException>(() => gate.PassAsync(AssetGate.LoadPhase, None))).AssetId);
    }

    [Fact]
    public async Task An_open_gate_says_what_it_let_through_in_the_originals_words()
    {
        var body = Good("m").Replace("verified\",", "tampered\",", StringComparison.Ordinal);
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = body.Length > 0 ? 200 : 500;
            return context.Response.WriteAsync(body);
        });
        var warnings = new List<GateWarning>();
        var gate = new AssetGate(Client(server), "m", GatePolicy.FailOpen, warnings.Add);
        Assert.Equal(AssetOutcome.Tampered, (await gate.PassAsync(AssetGate.PredictPhase, None))!.Outcome);
        body = "";
        Assert.Null(await gate.PassAsync(AssetGate.LoadPhase, None));

        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    "{\"asset_id\":\"m\",\"phase\":\"predict\",\"error\":\"AssetTamperedError\",\"outcome\":\"tampered\",\"stale\":false,\"policy_hash\":\"p\",\"current_tx_id\":\"TX\"}"
                ),
                warnings[0].ToJson()
            )
        );
        Assert.Equal("VerifyStatusTransportError", warnings[1].ToJson()["error"]!.GetValue<string>());
        Assert.Null(warnings[1].ToJson()["outcome"]);
    }

    [Fact]
    public void A_policy_is_one_of_three_words()
    {
        Assert.Equal(
            [GatePolicy.FailClosed, GatePolicy.Raise, GatePolicy.FailOpen],
            new[] { "fail_closed", "raise", "fail_open" }.Select(AssetGate.ParsePolicy)
        );
        Assert.Throws<BadInputException>(() => AssetGate.ParsePolicy("open"));
        Assert.Equal(GatePolicy.FailClosed, default);
    }

    private AssetStatusClient Client(LoopbackServer server, TimeSpan maxCacheAge = default) =>
        new(
            _http,
            new AssetStatusOptions
            {
                Address = new Uri(server.Address),
                ManagementSecret = Secret,
                MaxCacheAge = maxCacheAge,
            },
            _clock
        );

    private static string Good(string asset) =>
        "{\"asset_id\":\""
        + asset
        + "\",\"tenant_id\":\"t\",\"agent_id\":\"a\",\"outcome\":\"verified\",\"last_verified_at\":null,\"max_age\":3600,\"stale\":false,\"policy_hash\":\"p\",\"current_tx_id\":\"TX\"}";
}
