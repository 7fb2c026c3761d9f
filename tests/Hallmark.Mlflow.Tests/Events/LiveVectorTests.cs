using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>testdata/ario/mlflow-live.json: what the original minted over real MLflow 2.14, 2.22 and 3.6 servers.</summary>
public sealed class LiveVectorTests
{
    private static readonly JsonNode File = Vectors.Load("mlflow-live");

    public static TheoryData<string> Trainings => Vectors.Ids("mlflow-live", "training");

    public static TheoryData<string> Registrations => Vectors.Ids("mlflow-live", "registration");

    public static TheoryData<string> Promotions => Vectors.Ids("mlflow-live", "promotion");

    public static TheoryData<string> Datasets => Vectors.Ids("mlflow-live", "dataset");

    public static TheoryData<string> Predictions => Vectors.Ids("mlflow-live", "prediction");

    [Theory]
    [MemberData(nameof(Trainings))]
    public async Task A_training_on_a_real_server_is_minted_and_written_back_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(LiveState.Build(given));
        foreach (var anchor in expect["dataset_anchors"]!.AsArray())
        {
            run.Expect(anchor!["envelope"]);
        }

        run.Expect(expect["envelope"]);
        var runId = run.Store.Runs.Keys.Single();
        var options = new TrainingOptions
        {
            HallmarkMember = false,
            AllowEmptyDatasetInputs = true,
            ArtifactPath = (string?)given["artifact_path"],
            Metadata = given["metadata"]?.DeepClone() as JsonObject,
            Span = SpanOf(expect),
        };

        var training = await run.Recorder().PrepareTrainingAsync(runId, options, CancellationToken.None);

        EventVectorRun.AssertSealed(training.Event, expect);
        Assert.Equal((string?)expect["registered_model"], training.RegisteredModel);
        Assert.Equal((string)expect["artifact_path"]!, training.ArtifactPath);
        Assert.Equal((string)expect["artifact_status"]!, training.Artifacts.StatusText);
        Assert.Equal((string?)expect["artifact_hash"], training.Artifacts.Hash);
        foreach (var (anchor, dataset) in expect["dataset_anchors"]!.AsArray().Zip(training.Datasets))
        {
            EventVectorRun.AssertSealed(dataset, anchor!);
        }

        var datasetUploads = expect["dataset_anchors"]!.AsArray().Select(anchor => EventVectorRun.Upload(anchor!["tx_id"])).ToList();
        await run.WriteBackAsync(
            training.Event.EventId,
            WriteBackPlans.ForTraining(
                training,
                EventVectorRun.Upload(expect["tx_id"]),
                datasetUploads,
                new WalletDescription("persistent", "solana"),
                null
            )
        );
        foreach (var (tag, value) in expect["tags_after"]!.AsObject())
        {
            Assert.Equal((string)value!, run.Store.Runs[runId].Tags.GetValueOrDefault(tag));
        }

        var files = run.Store.ArtifactsOf(runId).Files;
        Assert.Equal(Convert.FromBase64String((string)expect["files_after"]!["ario/payload.json"]!), files["ario/payload.json"]);
        Assert.Equal(Convert.FromBase64String((string)expect["files_after"]!["ario/proof.json"]!).Length, files["ario/proof.json"].Length);
        foreach (var (tag, value) in expect["registered_model_tags_after"] as JsonObject ?? [])
        {
            Assert.Equal((string)value!, run.Store.Models[training.RegisteredModel!].Tags.GetValueOrDefault(tag));
        }
    }

    [Theory]
    [MemberData(nameof(Registrations))]
    public async Task A_registration_on_a_real_server_is_minted_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(LiveState.Build(given));
        run.Expect(expect["envelope"]);
        var version = expect["model_version_after"]!["body"]!["model_version"]!;

        var (prepared, facts) = await run.Recorder()
            .PrepareRegistrationAsync(
                (string)given["name"]!,
                (string)version["version"]!,
                (string?)given["run_id"],
                (string?)given["source"],
                new RegistrationOptions { HallmarkMember = false, Span = SpanOf(expect) },
                CancellationToken.None
            );

        EventVectorRun.AssertSealed(prepared, expect);
        LiveState.AddVersion(run.Store, version);
        var upload = EventVectorRun.Upload(expect["tx_id"]);
        await run.WriteBackAsync(
            prepared.EventId,
            WriteBackPlans.ForRegistration(prepared, facts, upload, new WalletDescription("persistent", "solana"), null, keepEach: false)
        );
        var tags = run.Store.Version(facts.ModelName, facts.ModelVersion).Tags;
        Assert.Equal(LiveState.Pairs(version["tags"]).OrderBy(tag => tag.Key), tags.OrderBy(tag => tag.Key));
    }

    [Theory]
    [MemberData(nameof(Promotions))]
    public async Task A_promotion_on_a_real_server_is_minted_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(new MemoryMlflowStore());
        LiveState.AddVersion(run.Store, given["model_version_before"]!["body"]!["model_version"]!);
        run.Expect(expect["envelope"]);
        var version = run.Store.Versions.Single();
        var options = new RecordOptions
        {
            HallmarkMember = false,
            Metadata = given["metadata"]?.DeepClone() as JsonObject,
            Span = SpanOf(expect),
        };

        var prepared = await run.Recorder()
            .PrepareTransitionAsync(version, version.CurrentStage, (string)given["stage"]!, options, CancellationToken.None);

        EventVectorRun.AssertSealed(prepared, expect);
        await run.WriteBackAsync(
            prepared.EventId,
            WriteBackPlans.ForPromotion(prepared, version, null, EventVectorRun.Upload(expect["tx_id"]))
        );
        var after = LiveState.Pairs(expect["model_version_after"]!["body"]!["model_version"]!["tags"]);
        Assert.Equal(after.OrderBy(tag => tag.Key), run.Store.Versions.Single().Tags.OrderBy(tag => tag.Key));
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task A_dataset_of_a_real_server_is_minted_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(new MemoryMlflowStore());
        run.Expect(expect["envelope"]);
        var recorded = await run.Recorder()
            .RecordDatasetAsync(LiveState.Dataset(given["dataset"]!, null), hallmarkMember: false, CancellationToken.None);
        EventVectorRun.AssertSealed(recorded.Event, expect);
    }

    [Theory]
    [MemberData(nameof(Predictions))]
    public void A_prediction_on_a_real_server_is_minted_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(new MemoryMlflowStore());
        run.Expect(expect["envelope"]);
        var payload = JsonNode.Parse((string)expect["payload_canonical"]!)!;
        var version = given["model_version"]!["body"]!["model_version"]!;
        var facts = new PredictionFacts
        {
            DecisionId = (string)expect["decision_id"]!,
            ModelName = (string)version["name"]!,
            ModelVersion = (string)version["version"]!,
            RunId = (string)version["run_id"]!,
            ModelUri = (string)given["model_uri"]!,
            InputHash = (string)payload["input_hash"]!,
            OutputHash = (string)payload["output_hash"]!,
            LatencyInMilliseconds = (double)payload["latency_ms"]!,
            ArtifactVerified = (bool?)payload["artifact_verified"],
        };
        var options = new RecordOptions
        {
            Metadata = given["metadata"]?.DeepClone() as JsonObject,
            MlflowTraceId = (string?)given["mlflow_trace_id"],
            Span = SpanOf(expect),
        };

        var prepared = run.Recorder()
            .PreparePrediction(facts, LiveState.Pairs(version["tags"]).GetValueOrDefault(ArioTags.RegistrationTx), options);

        EventVectorRun.AssertSealed(prepared, expect);
    }

    private static SpanIds? SpanOf(JsonNode expect) =>
        JsonNode.Parse((string)expect["payload_canonical"]!)! is var payload && payload["otel_span_id"] is { } span
            ? new SpanIds((string)payload["otel_trace_id"]!, (string)span!)
            : null;
}
