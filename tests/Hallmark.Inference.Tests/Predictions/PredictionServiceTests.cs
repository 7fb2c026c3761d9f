using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Status;
using Hallmark.Ledger;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Inference.Tests.Predictions;

public sealed class PredictionServiceTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly ModelIdentity Identity = new()
    {
        Uri = "models:/credit-scorer@champion",
        Name = "credit-scorer",
        Version = "3",
        RunId = "0123456789abcdef0123456789abcdef",
        RegistrationTransaction = "tx-of-registration",
        ArtifactVerified = true,
    };

    private PredictionHome _home = null!; // ! made before each test
    private EventLedger _ledger = null!; // ! made before each test

    public async Task InitializeAsync()
    {
        _home = PredictionHome.Create();
        _ledger = await _home.OpenAsync();
    }

    public Task DisposeAsync() => _home.DisposeAsync().AsTask();

    [Theory]
    [InlineData(ModelIdentity.Unknown, ModelIdentity.Unknown, true, true)]
    [InlineData("credit-scorer", ModelIdentity.Unknown, null, true)]
    [InlineData("credit-scorer", ModelIdentity.Unknown, true, false)]
    [InlineData(ModelIdentity.Unknown, "0123456789abcdef0123456789abcdef", true, false)]
    public async Task Which_bytes_answered_is_recorded_where_no_verified_version_or_run_says_so(
        string name,
        string run,
        bool? isVerified,
        bool isRecorded
    )
    {
        var hash = new string('a', 64);
        var identity = Identity with { Name = name, RunId = run, ArtifactVerified = isVerified, ArtifactHash = hash };
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = Answering("1");
        var service = new PredictionService(runner, identity, log, TimeProvider.System, new PredictionServiceOptions());

        var prediction = await service.PredictAsync(
            ModelInput.Of(1),
            new PredictOptions
            {
                Metadata = new JsonObject { ["tenant"] = "bank", ["artifact_hash"] = "the caller's" },
            },
            None
        );
        var payload = JsonNode.Parse((await prediction.Logged).Record!.Value.Span)!["metadata"]!["prediction"]!;

        Assert.Equal(isRecorded ? hash : "the caller's", (string?)payload["artifact_hash"]);
        Assert.Equal("bank", (string?)payload["tenant"]);
    }

    [Fact]
    public async Task What_was_predicted_is_recorded_with_its_model_its_hashes_and_its_traces()
    {
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = Answering("[0.5]");
        var prediction = await Service(runner, log)
            .PredictAsync(
                ModelInput.Of(JsonNode.Parse("[1,2]")),
                new PredictOptions
                {
                    Metadata = new JsonObject { ["tenant"] = "bank" },
                    MlflowTraceId = "tr-1",
                    TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                },
                None
            );
        var entry = await prediction.Logged;

        Assert.Equal("[0.5]", prediction.Output.Value!.ToJsonString());
        var record = JsonNode.Parse(entry.Record!.Value.Span)!;
        var payload = record["metadata"]!["prediction"]!;
        Assert.Equal("tx-of-registration", (string?)record["metadata"]!["registration_tx"]);
        Assert.Equal(
            (prediction.DecisionId, "credit-scorer", "3", Identity.RunId, Identity.Uri, true),
            (
                (string?)payload["decision_id"],
                (string?)payload["model_name"],
                (string?)payload["model_version"],
                (string?)payload["run_id"],
                (string?)payload["model_uri"],
                (bool?)payload["artifact_verified"]
            )
        );
        Assert.Equal(PredictionHash.OfInput(JsonNode.Parse("[1,2]")), (string?)payload["input_hash"]);
        Assert.Equal(PredictionHash.OfOutput(JsonNode.Parse("[0.5]")), (string?)payload["output_hash"]);
        Assert.Equal(
            ("bank", "tr-1", "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"),
            (
                (string?)payload["tenant"],
                (string?)payload["mlflow_trace_id"],
                (string?)payload["otel_trace_id"],
                (string?)payload["otel_span_id"]
            )
        );
        Assert.DoesNotContain("[1,2]", record.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_latency_is_that_of_the_model_in_milliseconds()
    {
        var clock = new ForwardClock();
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = new ScriptedRunner(_ =>
        {
            clock.Advance(TimeSpan.FromMicroseconds(12_345.6));
            return new ModelOutput(1, []);
        });
        var service = new PredictionService(runner, Identity, log, clock, new PredictionServiceOptions());
        var entry = await (await service.PredictAsync(ModelInput.Of(1), PredictOptions.None, None)).Logged;
        Assert.Equal(12.35, (double)JsonNode.Parse(entry.Record!.Value.Span)!["metadata"]!["prediction"]!["latency_ms"]!);
    }

    [Fact]
    public async Task A_full_log_is_told_before_the_model_runs_unless_the_caller_waits()
    {
        await using var log = PredictionHome.Log(_ledger, new PredictionLogOptions { Places = 1 });
        await using var runner = Answering("1");
        var service = Service(runner, log);
        var place = log.TryReserve()!;
        var refusal = await Assert.ThrowsAsync<PredictionLogFullException>(() =>
            service.PredictAsync(ModelInput.Of(1), PredictOptions.None, None)
        );
        Assert.Equal((3, TimeSpan.FromSeconds(1), 0), (refusal.ExitCode, refusal.RetryAfter, runner.Runs));

        var waiting = service.PredictAsync(ModelInput.Of(1), new PredictOptions { WaitsForPlace = true }, None);
        Assert.False(waiting.IsCompleted);
        place.Dispose();
        await (await waiting).Logged;
        Assert.Equal(1, runner.Runs);
    }

    [Fact]
    public async Task What_cannot_be_committed_to_does_not_reach_the_model()
    {
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = Answering("1");
        var service = Service(runner, log);
        var deep = new JsonArray();
        for (var i = 0; i < 130; i++)
        {
            deep = [deep];
        }

        foreach (JsonNode bad in new JsonNode[] { double.NaN, "\ud800", deep, new JsonArray(float.PositiveInfinity), long.MaxValue })
        {
            await Assert.ThrowsAsync<ModelInputException>(() => service.PredictAsync(ModelInput.Of(bad), PredictOptions.None, None));
        }

        var nan = new PredictOptions { Metadata = new JsonObject { ["x"] = double.NaN } };
        await Assert.ThrowsAsync<BadInputException>(() => service.PredictAsync(ModelInput.Of(1), nan, None));
        Assert.Equal((0, 0, 0L), (runner.Runs, log.UnderWay, _ledger.Count));
    }

    [Fact]
    public async Task A_model_that_fails_or_answers_what_is_no_answer_gives_its_place_back_and_records_nothing()
    {
        await using var log = PredictionHome.Log(_ledger);
        await using var failing = new ScriptedRunner(_ => throw new ModelRunException("the model fell over", null));
        await Assert.ThrowsAsync<ModelRunException>(() => Service(failing, log).PredictAsync(ModelInput.Of(1), PredictOptions.None, None));
        await using var garbage = new ScriptedRunner(_ => new ModelOutput("\udc00", []));
        await Assert.ThrowsAsync<ModelRunException>(() => Service(garbage, log).PredictAsync(ModelInput.Of(1), PredictOptions.None, None));
        Assert.Equal((0, 0L), (log.UnderWay, _ledger.Count));
    }

    [Fact]
    public async Task Who_gives_up_while_the_model_runs_leaves_no_place_taken()
    {
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = Answering("1");
        var never = new TaskCompletionSource();
        runner.Hold = never.Task;
        using var giveUp = new CancellationTokenSource();
        var asking = Service(runner, log).PredictAsync(ModelInput.Of(1), PredictOptions.None, giveUp.Token);
        Assert.Equal(1, log.UnderWay);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(0, log.UnderWay);
    }

    [Fact]
    public async Task The_gate_is_asked_before_each_prediction_and_nothing_runs_where_it_is_shut()
    {
        var outcome = "verified";
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync(
                $$"""{"asset_id":"m","tenant_id":"t","agent_id":"a","outcome":"{{outcome}}","last_verified_at":null,"max_age":1,"stale":false,"policy_hash":"p","current_tx_id":null}"""
            )
        );
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var client = new AssetStatusClient(
            http,
            new AssetStatusOptions { Address = new Uri(server.Address), ManagementSecret = "s" },
            TimeProvider.System
        );
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = Answering("1");
        var gate = new AssetGate(client, "m", GatePolicy.FailClosed, _ => { });
        var service = Service(runner, log, new PredictionServiceOptions { Recheck = gate });
        await (await service.PredictAsync(ModelInput.Of(1), PredictOptions.None, None)).Logged;

        outcome = "tampered";
        await Assert.ThrowsAsync<AssetTamperedException>(() => service.PredictAsync(ModelInput.Of(1), PredictOptions.None, None));
        Assert.Equal((1, 2, 0, 1L), (runner.Runs, server.Asked.Count, log.UnderWay, _ledger.Count));
    }

    [Fact]
    public async Task Who_waits_hears_of_the_disk_the_checkpoint_and_the_anchor()
    {
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = Answering("1");
        var service = Service(runner, log, new PredictionServiceOptions { FindLedger = () => _ledger.Reader });
        var prediction = await service.PredictAsync(ModelInput.Of(1), PredictOptions.None, None);
        var entry = await prediction.WaitAsync(PredictionStage.Logged, None);
        Assert.Equal(prediction.DecisionId, entry.EventId);

        var checkpointed = prediction.WaitAsync(PredictionStage.Checkpointed, None);
        Assert.False(checkpointed.IsCompleted);
        await _ledger.PublishAsync(None);
        await checkpointed;

        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => prediction.WaitAsync(PredictionStage.At("notary"), impatient.Token));
        await _ledger.Receipts.PutAsync(TestReceipt.Of(_ledger.LatestCheckpoint!, "notary"), None);
        await prediction.WaitAsync(PredictionStage.At("notary"), None);
    }

    [Fact]
    public async Task A_service_that_cannot_read_the_ledger_says_so_to_who_waits_for_more_than_the_disk()
    {
        await using var log = PredictionHome.Log(_ledger);
        await using var runner = Answering("1");
        var prediction = await Service(runner, log).PredictAsync(ModelInput.Of(1), PredictOptions.None, None);
        await prediction.WaitAsync(PredictionStage.Logged, None);
        await Assert.ThrowsAsync<UnavailableException>(() => prediction.WaitAsync(PredictionStage.Checkpointed, None));
    }

    private static ScriptedRunner Answering(string json) => new(_ => new ModelOutput(JsonNode.Parse(json), []));

    private static PredictionService Service(IModelRunner runner, IPredictionLog log, PredictionServiceOptions? options = null) =>
        new(runner, Identity, log, TimeProvider.System, options ?? new PredictionServiceOptions());
}
