using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Training cases of testdata/ario/mlflow-events.json: what the original minted over a scripted store.</summary>
public sealed class TrainingVectorTests
{
    private static readonly JsonNode File = Vectors.Load("mlflow-events");

    public static TheoryData<string> Cases => Vectors.Ids("mlflow-events", "training");

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_training_event_is_minted_and_written_back_as_the_original_does(string id)
    {
        var (given, expect) = (Vectors.Case(File, id)["given"]!, Vectors.Case(File, id)["expect"]!);
        var run = new EventVectorRun(ScriptedState.Build(given["state"]));
        run.Store.TrackingUri = (string)given["tracking_uri"]!;
        var runId = (string)given["run_id"]!;
        var options = new TrainingOptions
        {
            HallmarkMember = false,
            ArtifactPath = (string?)given["options"]!["artifact_path"],
            Metadata = given["options"]!["metadata"]?.DeepClone() as JsonObject,
            AllowEmptyDatasetInputs = (bool?)given["options"]!["allow_empty_dataset_inputs"] ?? false,
            MlflowTraceId = (string?)given["mlflow_active_trace_id"],
        };
        if (expect["error_type"] is not null)
        {
            await Assert.ThrowsAsync<BadInputException>(() => run.Recorder().PrepareTrainingAsync(runId, options, CancellationToken.None));
            return;
        }

        var anchors = expect["dataset_anchors"]!.AsArray();
        foreach (var anchor in anchors)
        {
            run.Expect(anchor!["envelope"]);
        }

        run.Expect(expect["envelope"]);
        var tagsBefore = run.Store.Runs[runId].Tags;
        var filesBefore = run.Store.ArtifactsOf(runId).Files.Keys.ToHashSet();

        var training = await run.Recorder().PrepareTrainingAsync(runId, options, CancellationToken.None);

        EventVectorRun.AssertSealed(training.Event, expect);
        Assert.Equal((string?)expect["registered_model"], training.RegisteredModel);
        Assert.Equal((string)expect["artifact_path"]!, training.ArtifactPath);
        Assert.Equal((string)expect["artifact_status"]!, training.Artifacts.StatusText);
        Assert.Equal(anchors.Count, training.Datasets.Length);
        foreach (var (anchor, dataset) in anchors.Zip(training.Datasets))
        {
            EventVectorRun.AssertSealed(dataset, anchor!);
        }

        var upload = EventVectorRun.Upload(expect["tx_id"], expect["artifacts_written"]!["ario/receipt.json"]?["parsed"]);
        await run.WriteBackAsync(
            training.Event.EventId,
            WriteBackPlans.ForTraining(
                training,
                upload,
                [.. anchors.Select(anchor => EventVectorRun.Upload(anchor!["tx_id"]))],
                EventVectorRun.Wallet(given["uploader"]),
                EventVectorRun.Page
            )
        );
        var written = run.Store.Runs[runId].Tags.Where(tag => tagsBefore.GetValueOrDefault(tag.Key) != tag.Value).ToDictionary();
        Assert.Equal(ScriptedState.Texts(expect["run_tags_written"]), written);
        foreach (var (model, tags) in expect["registered_model_tags_after"]!.AsObject())
        {
            Assert.Equal(ScriptedState.Texts(tags), run.Store.Models[model].Tags);
        }

        run.AssertFiles(runId, filesBefore, expect["artifacts_written"]);
    }
}
