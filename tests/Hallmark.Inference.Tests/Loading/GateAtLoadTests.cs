using Hallmark.Inference.Status;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>The monitoring agent's word while a model is loaded (mlflow-events.md §14.4): before any look at MLflow, and never in place of the hash.</summary>
public sealed class GateAtLoadTests : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly List<GateWarning> _let = [];
    private string _answer = Answer("verified", "false");
    private int _status = 200;

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(GatePolicy.FailClosed)]
    [InlineData(GatePolicy.Raise)]
    [InlineData(GatePolicy.FailOpen)]
    public async Task A_good_word_lets_the_model_through_and_stays_for_its_predictions(GatePolicy policy)
    {
        await using var agent = await StartAsync();
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        await using var model = await scene.LoadAsync(options: scene.Options with { Gate = Gate(agent, policy) });
        Assert.NotNull(model.Gate);
        Assert.Equal("/v1/verify-status/credit%2F2", Assert.Single(agent.Asked).Target);
        Assert.Empty(_let);
        await model.Gate.PassAsync(AssetGate.PredictPhase, default);
        Assert.Equal(2, agent.Asked.Count);
    }

    [Theory]
    [InlineData("tampered", "false", 200, typeof(AssetTamperedException))]
    [InlineData("missing", "false", 200, typeof(AssetMissingException))]
    [InlineData("verified", "true", 200, typeof(AssetStaleException))]
    [InlineData("unavailable", "false", 200, typeof(AssetStaleException))]
    [InlineData("unheard-of", "false", 200, typeof(AssetUnknownException))]
    [InlineData("verified", "false", 401, typeof(AssetStatusAuthException))]
    [InlineData("verified", "false", 404, typeof(AssetNotInPolicyException))]
    [InlineData("verified", "false", 503, typeof(AssetStatusLicenseException))]
    [InlineData("verified", "false", 500, typeof(AssetStatusTransportException))]
    public async Task Any_other_word_ends_the_loading_before_mlflow_is_looked_at_unless_the_gate_fails_open(
        string outcome,
        string stale,
        int status,
        Type failure
    )
    {
        (_answer, _status) = (Answer(outcome, stale), status);
        await using var agent = await StartAsync();
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        foreach (var policy in new[] { GatePolicy.FailClosed, GatePolicy.Raise })
        {
            var refusal = await scene.RefusedAsync<AssetStatusException>(
                outcome,
                options: scene.Options with
                {
                    Gate = Gate(agent, policy),
                    OpenStore = () => throw new InvalidOperationException("MLflow was looked at"),
                }
            );
            Assert.IsType(failure, refusal);
        }

        await using var model = await scene.LoadAsync(options: scene.Options with { Gate = Gate(agent, GatePolicy.FailOpen) });
        var warning = Assert.Single(_let);
        Assert.Equal((AssetGate.LoadPhase, "credit/2"), (warning.Phase, warning.AssetId));
        Assert.IsType(failure, warning.Error);
    }

    [Fact]
    public async Task A_gate_that_fails_open_never_lets_other_bytes_through()
    {
        _answer = Answer("tampered", "false");
        await using var agent = await StartAsync();
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        await File.AppendAllTextAsync(Path.Combine(await scene.FolderAsync(), "model.pkl"), "x");
        await scene.RefusedAsync<IntegrityException>(
            "other bytes",
            options: scene.Options with
            {
                Gate = Gate(agent, GatePolicy.FailOpen),
            }
        );
        Assert.Single(_let);
    }

    [Fact]
    public async Task A_good_word_never_lets_other_bytes_through()
    {
        await using var agent = await StartAsync();
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        await File.AppendAllTextAsync(Path.Combine(await scene.FolderAsync(), "model.pkl"), "x");
        await scene.RefusedAsync<IntegrityException>(
            "other bytes",
            options: scene.Options with
            {
                Gate = Gate(agent, GatePolicy.FailClosed),
            }
        );
    }

    [Fact]
    public async Task An_agent_that_is_not_there_lets_nothing_through()
    {
        var agent = await StartAsync();
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        var gate = Gate(agent, GatePolicy.FailClosed);
        await agent.DisposeAsync();
        await scene.RefusedAsync<AssetStatusTransportException>("no agent", options: scene.Options with { Gate = gate });
    }

    [Fact]
    public async Task A_malformed_uri_is_refused_before_the_agent_is_asked()
    {
        await using var agent = await StartAsync();
        await using var scene = await FixtureScene.OpenAsync("3.6/file", isAnchored: false);
        await scene.RefusedAsync<Core.Failures.BadInputException>(
            "a malformed URI",
            "models:/a/b/c",
            scene.Options with
            {
                Gate = Gate(agent, GatePolicy.FailOpen),
            }
        );
        Assert.Empty(agent.Asked);
    }

    private static string Answer(string outcome, string stale) =>
        $$"""{"asset_id":"credit/2","tenant_id":"t","agent_id":"a","outcome":"{{outcome}}","last_verified_at":null,"max_age":60,"stale":{{stale}},"policy_hash":"p","current_tx_id":null}""";

    private Task<LoopbackServer> StartAsync() =>
        LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = _status;
            return context.Response.WriteAsync(_answer);
        });

    private AssetGate Gate(LoopbackServer agent, GatePolicy policy) =>
        new(
            new AssetStatusClient(
                _http,
                new AssetStatusOptions { Address = new Uri(agent.Address), ManagementSecret = "secret" },
                TimeProvider.System
            ),
            "credit/2",
            policy,
            _let.Add
        );
}
