using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Verification;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>How events are recorded: nothing lost, nothing half done. The names say what a user of the field's nearest system would lose (peer-faults.md §2, §3).</summary>
public sealed class RecorderTests
{
    [Fact]
    public async Task Nothing_is_written_to_mlflow_before_the_ledger_has_the_event()
    {
        var shop = new Workshop();
        shop.Log.BeforeAppend = _ =>
        {
            Assert.Empty(shop.Store.Writes);
            Assert.DoesNotContain("ario/payload.json", shop.Artifacts.Files.Keys);
        };
        await shop.TrainAsync();
        Assert.Contains("ario/payload.json", shop.Artifacts.Files.Keys);
    }

    [Fact]
    public async Task An_event_logged_while_mlflow_is_down_reaches_it_when_it_is_back()
    {
        var shop = new Workshop();
        var recorded = await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        shop.Store.Outage = true;
        await shop.DrainAsync();
        Assert.NotEmpty(shop.Log.Outbox);

        shop.Store.Outage = false;
        await shop.DrainAsync();
        Assert.Empty(shop.Log.Outbox);
        Assert.Equal(recorded.Training.Event.PayloadHash, shop.Store.Runs[Workshop.RunId].Tags[ArioTags.PayloadHash]);
        Assert.Equal("signed", shop.Store.Runs[Workshop.RunId].Tags[ArioTags.VerifyStatus]);
    }

    [Fact]
    public async Task A_registration_survives_a_process_that_ends_right_after_it()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        var recorded = await shop.Recorder.RegisterAsync("scorer", Workshop.Source, null, new RegistrationOptions(), default);

        // The process ends here: what is left is the ledger with its outbox. The next start goes on.
        Assert.Equal(recorded.Entry, shop.Log.Entries[^1]);
        await shop.DrainAsync();
        Assert.Equal(recorded.Event.PayloadHash, shop.Store.Version("scorer", "1").Tags[ArioTags.PayloadHash]);
        Workshop.Verified(await shop.VerifyVersionAsync());
    }

    [Fact]
    public async Task A_registration_cut_off_after_the_version_was_made_is_resumed_and_makes_no_second_version()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Log.BeforeAppend = _ => throw new IOException("the machine stops");
        await Assert.ThrowsAsync<IOException>(() =>
            shop.Recorder.RegisterAsync("scorer", Workshop.Source, null, new RegistrationOptions(), default)
        );
        Assert.Single(shop.Store.Versions);

        shop.Log.BeforeAppend = null;
        var recorded = await shop.RegisterAsync();
        Assert.True(recorded.IsResumed);
        Assert.Single(shop.Store.Versions);
        Assert.False((await shop.RegisterAsync()).IsResumed);
        Assert.Equal(2, shop.Store.Versions.Count);
    }

    [Fact]
    public async Task Write_back_done_twice_is_done_once()
    {
        var shop = new Workshop();
        await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        var work = shop.Log.Outbox.Single();
        var handler = new MlflowWriteBackHandler((_, _) => Task.FromResult<IMlflowStore>(shop.Store));
        await handler.HandleAsync(work, default);
        var files = shop.Artifacts.Files.ToDictionary(file => file.Key, file => Convert.ToHexString(file.Value));
        var tags = shop.Store.Runs[Workshop.RunId].Tags.ToDictionary();
        await handler.HandleAsync(work, default);
        Assert.Equal(files, shop.Artifacts.Files.ToDictionary(file => file.Key, file => Convert.ToHexString(file.Value)));
        Assert.Equal(tags, shop.Store.Runs[Workshop.RunId].Tags.ToDictionary());
    }

    [Fact]
    public async Task A_training_that_cannot_be_recorded_leaves_no_orphaned_dataset_event()
    {
        var shop = new Workshop();
        var metadata = new JsonObject { ["bad"] = "\ud800" };
        await Assert.ThrowsAnyAsync<Exception>(() =>
            shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions { Metadata = metadata }, default)
        );
        Assert.Empty(shop.Log.Entries);
    }

    [Fact]
    public async Task A_dataset_used_by_many_runs_is_recorded_once()
    {
        var shop = new Workshop();
        shop.AddRun("00000000000000000000000000000002");
        var first = await shop.TrainAsync();
        var second = await shop.TrainAsync("00000000000000000000000000000002");
        Assert.Equal(first.Datasets.Single(), second.Datasets.Single());
        Assert.Single(shop.Log.Entries, entry => entry.EventType == EventTypes.Dataset);
    }

    [Fact]
    public async Task A_run_without_dataset_inputs_is_refused_with_a_hint_unless_asked_for()
    {
        var shop = new Workshop();
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with { DatasetInputs = [] };
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => shop.TrainAsync());
        Assert.Contains(refusal.Hints, hint => hint.Contains("--allow-empty-dataset-inputs", StringComparison.Ordinal));
        Assert.Empty(shop.Log.Entries);
        await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions { AllowEmptyDatasetInputs = true }, default);
        Assert.Single(shop.Log.Entries);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public async Task A_run_whose_metric_is_not_finite_is_recorded_in_our_own_profile(double value, string text)
    {
        var shop = new Workshop();
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with
        {
            Metrics = new Dictionary<string, MetricPoint> { ["loss"] = new(value, 1, 0) },
        };
        shop.Store.Histories.Clear();
        var recorded = await shop.TrainAsync();
        Assert.Equal("hallmark/v1", (string?)recorded.Training.Event.Envelope["spec_version"]);
        Assert.Equal(text, (string?)recorded.Training.Event.Payload["metrics"]!["loss"]);
        Workshop.Verified(await shop.VerifyRunAsync());
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with
        {
            Metrics = new Dictionary<string, MetricPoint> { ["loss"] = new(0.5, 1, 0) },
        };
        Assert.Contains(
            Workshop.Failed(await shop.VerifyRunAsync(), "live_run").Differences,
            difference => difference == new Core.Checks.Difference("metrics.loss", text, "0.5")
        );
    }

    [Fact]
    public async Task The_second_training_of_a_registered_model_links_to_the_first_whoever_logs_in_between()
    {
        var shop = new Workshop();
        shop.AddRun("00000000000000000000000000000002");
        shop.Store.Models["scorer"] = new RegisteredModel("scorer", "", new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var (run, number) in new[] { (Workshop.RunId, "1"), ("00000000000000000000000000000002", "2") })
        {
            shop.Store.Versions.Add(
                new ModelVersion
                {
                    Name = "scorer",
                    Version = number,
                    RunId = run,
                    Source = $"runs:/{run}/model",
                }
            );
        }

        var first = await shop.TrainAsync();
        var attempts = 0;
        shop.Log.BeforeAppend = submission =>
        {
            if (submission.EventType == EventTypes.Training && attempts++ == 0)
            {
                // Another writer prolongs the chain after this event was linked and before it is appended.
                shop.Log.MoveHead("training:scorer", new string('a', 64));
            }
            else if (submission.EventType == EventTypes.Training)
            {
                Assert.Equal(new string('a', 64), submission.Chain!.ExpectedHead);
                shop.Log.BeforeAppend = null;
                shop.Log.MoveHead("training:scorer", first.Entry.PayloadHash);
            }
        };
        var second = await shop.TrainAsync("00000000000000000000000000000002");
        Assert.Equal(2, attempts);
        Assert.Equal(first.Entry.EventId, (string?)HallmarkMember.Of(second.Training.Event.Payload)![HallmarkMember.Previous]!["event_id"]);
        Assert.Null(HallmarkMember.Of(first.Training.Event.Payload)![HallmarkMember.Previous]);
        Workshop.Verified(await new Mlflow.Verification.RunVerifier(shop.Scope).VerifyAsync("00000000000000000000000000000002", default));
    }

    [Fact]
    public async Task A_run_with_two_models_needs_a_path_and_the_path_is_recorded()
    {
        var shop = new Workshop();
        shop.Artifacts.Files["other/model.pkl"] = [9];
        await shop.Store.SetRunTagAsync(
            Workshop.RunId,
            "mlflow.log-model.history",
            """[{"artifact_path":"model"},{"artifact_path":"other"}]""",
            default
        );
        await Assert.ThrowsAsync<BadInputException>(() => shop.TrainAsync());
        await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions { ArtifactPath = "other" }, default);
        await shop.DrainAsync();
        Workshop.Verified(await shop.VerifyRunAsync());
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("model/../..")]
    public async Task An_artifact_path_that_leaves_the_run_is_refused(string path)
    {
        var shop = new Workshop();
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions { ArtifactPath = path }, default)
        );
        Assert.Empty(shop.Log.Entries);
    }

    [Fact]
    public async Task A_run_that_was_deleted_keeps_its_proof_in_the_ledger_and_nothing_is_written_to_it()
    {
        var shop = new Workshop();
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with { LifecycleStage = "deleted" };
        await shop.TrainAsync();
        Assert.Empty(shop.Log.Outbox);
        Assert.Empty(shop.Store.Writes);
        Workshop.Verified(await shop.VerifyRunAsync());
    }

    [Fact]
    public async Task The_members_of_ours_are_left_out_when_asked_and_the_original_accepts_them_when_not()
    {
        var shop = new Workshop();
        var plain = await shop.Recorder.PrepareTrainingAsync(Workshop.RunId, new TrainingOptions { HallmarkMember = false }, default);
        Assert.DoesNotContain("hallmark", Encoding.UTF8.GetString(plain.Event.Record.Span), StringComparison.Ordinal);
        var recorded = await shop.TrainAsync();
        var result = await Mlflow.Verification.ArioVerification.FullVerifyAsync(
            recorded.Training.Event.Envelope,
            shop.Store,
            null,
            2,
            null,
            default
        );
        Assert.True(result.Overall);
    }
}
