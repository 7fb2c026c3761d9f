using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Cli.Tests.Processes;
using Hallmark.Inference.Status;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>Our <c>hallmark serve</c> behind our <c>hallmark agent</c>, each a process of its own.</summary>
public sealed class GatedServeTests : IDisposable
{
    private readonly CommandScene _scene = new();
    private readonly RunningAgent _agent;

    public GatedServeTests()
    {
        _agent = new RunningAgent(_scene);
        _ = _agent.Start();
    }

    public void Dispose()
    {
        _agent.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public async Task What_the_agent_verifies_is_served_and_one_changed_byte_ends_it_before_the_model_runs()
    {
        await _agent.ReachAsync(AssetOutcome.Verified);
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(_scene, ["--proxy", server.Address, .. Gate, "--recheck"]);
        using var good = await PostAsync(served);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal(1, Runs(server));

        await File.WriteAllTextAsync(_agent.ModelFile, "Weights");
        await _agent.ReachAsync(AssetOutcome.Tampered);
        using var refused = await PostAsync(served);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.False(refused.Headers.Contains("Hallmark-Decision-Id"));
        Assert.Contains("gate", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, Runs(server));

        await File.WriteAllTextAsync(_agent.ModelFile, "weights");
        await _agent.ReachAsync(AssetOutcome.Verified);
        using var again = await PostAsync(served);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(0, await served.TerminateAsync());
        Assert.Contains("was changed after it was registered", served.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain((await File.ReadAllTextAsync(_agent.SecretFile)).Trim(), served.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_word_is_used_again_for_as_long_as_was_allowed_and_not_at_all_unless_it_was()
    {
        await _agent.ReachAsync(AssetOutcome.Verified);
        await using var server = await ModelServer.StartAsync();
        using var lenient = await ServedProcess.StartAsync(
            _scene,
            ["--proxy", server.Address, .. Gate, "--recheck", "--max-status-age", "1h"]
        );
        using var strict = await ServedProcess.StartAsync(_scene, ["--proxy", server.Address, .. Gate, "--recheck"]);
        foreach (var served in new[] { lenient, strict })
        {
            using var good = await PostAsync(served);
            Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        }

        // Nobody can be asked any more: who may use the last good word does, and who may not refuses.
        _agent.Kill();
        using var reused = await PostAsync(lenient);
        Assert.Equal(HttpStatusCode.OK, reused.StatusCode);
        using var refused = await PostAsync(strict);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(3, Runs(server));
        Assert.Equal(0, await lenient.TerminateAsync());
        Assert.Equal(0, await strict.TerminateAsync());
        await _scene.ExpectAsync(0, "ledger", "verify");
    }

    [Fact]
    public async Task More_than_an_hour_is_no_age_of_a_good_word() =>
        await _scene.ExpectAsync(2, ["serve", "--proxy", "http://127.0.0.1:9", .. Gate, "--recheck", "--max-status-age", "61m"]);

    [Theory]
    [InlineData("fail_closed")]
    [InlineData("raise")]
    public async Task A_changed_model_is_not_started(string policy)
    {
        await TamperAsync();

        var ended = await ServeMarkingAsync(policy);

        Assert.True(ended.Code == 1, ended.ToString());
        Assert.StartsWith("error: asset \"m\" was changed after it was registered", ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Marker));
    }

    [Fact]
    public async Task An_open_gate_lets_a_changed_model_start_and_says_so_in_a_line_for_machines()
    {
        await TamperAsync();

        var ended = await ServeMarkingAsync("fail_open");

        Assert.True(File.Exists(Marker), ended.ToString());
        var warning = Warning(ended.Error);
        Assert.Equal("WARN", (string?)warning["level"]);
        Assert.Equal(DateTimeKind.Utc, warning["time"]!.GetValue<DateTime>().Kind);
        var field = warning["ario_verify_status"]!.AsObject();
        Assert.Equal(
            ["asset_id", "phase", "error", "outcome", "stale", "policy_hash", "current_tx_id"],
            field.Select(member => member.Key)
        );
        Assert.Equal("m", (string?)field["asset_id"]);
        Assert.Equal("load", (string?)field["phase"]);
        Assert.Equal("AssetTamperedError", (string?)field["error"]);
        Assert.Equal("tampered", (string?)field["outcome"]);
        Assert.False((bool?)field["stale"]);
    }

    [Fact]
    public async Task An_agent_that_is_gone_stops_predictions_or_is_warned_of_as_the_policy_says()
    {
        await _agent.ReachAsync(AssetOutcome.Verified);
        await using var server = await ModelServer.StartAsync();
        _agent.Kill();

        var refused = await _scene.RunAsync(["serve", "--proxy", server.Address, .. Gate]);
        Assert.True(refused.Code == 3, refused.ToString());
        using var open = await ServedProcess.StartAsync(
            _scene,
            ["--proxy", server.Address, .. Gate, "--recheck", "--on-failure", "fail_open"]
        );
        using var answer = await PostAsync(open);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await open.TerminateAsync());

        var field = Warning(open.Errors, "predict")["ario_verify_status"]!;
        Assert.Equal("VerifyStatusTransportError", (string?)field["error"]);
        Assert.Null(field["outcome"]);
        Assert.Null(field["policy_hash"]);
    }

    private string[] Gate => ["--asset-id", "m", "--agent-url", _agent.Address.ToString()];

    private string Marker => _scene.Folder.Path + "/was-started";

    // A model whose start leaves a mark, and ends at once.
    private Task<Ended> ServeMarkingAsync(string policy) =>
        _scene.RunAsync([
            "serve",
            Path.GetDirectoryName(_agent.ModelFile)!,
            "--allow-unanchored",
            .. Gate,
            "--on-failure",
            policy,
            "--",
            "/bin/sh",
            "-c",
            "touch \"$1\"; exit 1",
            "sh",
            Marker,
            "{model}",
            "{socket}",
        ]);

    private async Task TamperAsync()
    {
        await _agent.ReachAsync(AssetOutcome.Verified);
        await File.WriteAllTextAsync(_agent.ModelFile, "Weights");
        await _agent.ReachAsync(AssetOutcome.Tampered);
    }

    private static JsonNode Warning(string errors, string? phase = null) =>
        errors
            .Split('\n')
            .Where(line => line.StartsWith('{'))
            .Select(line => JsonNode.Parse(line)!)
            .Single(line => phase is null || (string?)line["ario_verify_status"]!["phase"] == phase);

    private static int Runs(LoopbackServer server) => server.Asked.Count(asked => asked.Target == "/invocations");

    private static Task<HttpResponseMessage> PostAsync(ServedProcess served) =>
        served.Client.PostAsync(
            new Uri("/invocations", UriKind.Relative),
            new StringContent("""{"inputs":[1]}""", Encoding.UTF8, "application/json")
        );
}
