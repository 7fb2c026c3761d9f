using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Dataset and prediction cases of testdata/ario/mlflow-events.json.</summary>
public sealed class DatasetAndPredictionVectorTests
{
    private static readonly JsonNode File = Vectors.Load("mlflow-events");

    public static TheoryData<string> Datasets => Vectors.Ids("mlflow-events", "dataset");

    public static TheoryData<string> Predictions => Vectors.Ids("mlflow-events", "prediction");

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task A_dataset_event_is_minted_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(new MemoryMlflowStore());
        run.Expect(expect["envelope"]);

        var recorded = await run.Recorder()
            .RecordDatasetAsync(ScriptedState.Dataset(given["dataset"]!), hallmarkMember: false, CancellationToken.None);

        EventVectorRun.AssertSealed(recorded.Event, expect);
        Assert.Equal(recorded.Entry, Assert.Single(run.Log.Entries));
        Assert.Empty(run.Log.Outbox);
    }

    [Theory]
    [MemberData(nameof(Predictions))]
    public async Task A_prediction_event_is_minted_and_written_back_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(ScriptedState.Build(given["state"]));
        run.Expect(expect["envelope"]);
        var payload = expect["payload"]!;
        var facts = new PredictionFacts
        {
            DecisionId = (string)expect["decision_id"]!,
            ModelName = (string)payload["model_name"]!,
            ModelVersion = (string)payload["model_version"]!,
            RunId = (string)payload["run_id"]!,
            ModelUri = (string)given["model_uri"]!,
            InputHash = (string)payload["input_hash"]!,
            OutputHash = (string)payload["output_hash"]!,
            LatencyInMilliseconds = (double)payload["latency_ms"]!,
            ArtifactVerified = (bool?)payload["artifact_verified"],
        };
        var trace = (string?)given["mlflow_active_trace_id"];
        var options = new RecordOptions { Metadata = given["metadata"]?.DeepClone() as JsonObject, MlflowTraceId = trace };
        var version = run.Store.Versions.SingleOrDefault(candidate => $"models:/{candidate.Name}/{candidate.Version}" == facts.ModelUri);

        var prepared = run.Recorder().PreparePrediction(facts, version?.Tags.GetValueOrDefault(ArioTags.RegistrationTx), options);

        EventVectorRun.AssertSealed(prepared, expect);
        var before = run.Store.Runs.ContainsKey(facts.RunId) ? run.Store.ArtifactsOf(facts.RunId).Files.Keys.ToHashSet() : [];
        if (trace is not null)
        {
            run.Store.Traces[trace] = new Trace(
                trace,
                "0",
                0,
                null,
                "OK",
                new Dictionary<string, string>(),
                new Dictionary<string, string>()
            );
        }

        var isEnabled = (bool)given["uploader"]!["enabled"]!;
        await run.WriteBackAsync(prepared.EventId, WriteBackPlans.ForPrediction(prepared, facts, trace, isEnabled));
        if (trace is not null && isEnabled)
        {
            await run.WriteBackAsync(prepared.EventId, WriteBackPlans.ForPredictionUpload(trace, EventVectorRun.Upload(expect["tx_id"])));
        }

        Assert.Equal(
            ScriptedState.Texts(expect["trace_tags"]),
            trace is null ? [] : new Dictionary<string, string>(run.Store.Traces[trace].Tags)
        );
        if (run.Store.Runs.ContainsKey(facts.RunId))
        {
            run.AssertFiles(facts.RunId, before, expect["artifacts_written"]);
        }
    }
}
