using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>What an audit says where something is missing: of each stage the reason and the sentence, and the bundle of the original's format (mlflow-events.md §18).</summary>
public sealed class AuditAnswerTests
{
    private const string Lost = "99990000111122223333444455556666";

    [Fact]
    public async Task A_version_that_is_not_there_is_refused_by_name()
    {
        var shop = new Workshop();
        var failure = await Assert.ThrowsAsync<MlflowNotFoundException>(() => shop.AuditAsync());
        Assert.Equal("there is no version 1 of the model \"scorer\" in memory:/store", failure.Message);
    }

    [Fact]
    public async Task A_version_that_names_no_run_has_nothing_that_leads_back()
    {
        var shop = await WithVersionAsync("s3://bucket/model", null);
        var training = (await shop.AuditAsync()).Training;
        Assert.Equal("training run (unknown)", training.Subject);
        Is(training, "no_source_run", "the version names no run, so nothing leads back to a training");
    }

    [Fact]
    public async Task A_run_that_is_gone_is_said_to_be_with_how_much_was_looked_at()
    {
        var shop = await WithVersionAsync("memory:/files", Lost);
        var training = (await shop.AuditAsync()).Training;
        Assert.Equal("training run " + Lost, training.Subject);
        Is(training, "run_missing", $"no run \"{Lost}\" in memory:/store (1 experiment, 1 run looked at)");
    }

    [Fact]
    public async Task A_stage_that_nobody_recorded_is_a_failure_of_its_own_and_the_stage_None_is_not()
    {
        var shop = await WithVersionAsync(Workshop.Source, Workshop.RunId);
        Assert.Empty((await shop.AuditAsync()).Promotions);
        await shop.Store.TransitionStageAsync("scorer", "1", "Staging", false, default);
        var promotion = Assert.Single((await shop.AuditAsync()).Promotions);
        Assert.Equal("promotion of scorer/1", promotion.Subject);
        Is(promotion, "not_anchored", "the version is in stage Staging, and no envelope says how it came there");
    }

    [Fact]
    public async Task An_alias_that_was_recorded_says_nothing_of_how_the_version_came_into_its_stage()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await shop.Store.TransitionStageAsync("scorer", "1", "Production", false, default);
        var promotions = (await shop.AuditAsync()).Promotions;
        Assert.Equal(["alias change of scorer/1", "promotion of scorer/1"], promotions.Select(verdict => verdict.Subject));
        Assert.Equal([VerdictStatus.Verified, VerdictStatus.Failed], promotions.Select(verdict => verdict.Status));
    }

    [Fact]
    public async Task A_registration_that_names_no_run_leads_nowhere_back()
    {
        var shop = new Workshop();
        ((MemoryArtifacts)shop.Store.OpenArtifacts("memory:/files")).Files["model.pkl"] = [1];
        await shop.RegisterAsync(source: "memory:/files");
        var verdict = await shop.VerifyVersionAsync();
        var lineage = Workshop.Failed(verdict, CheckNames.Lineage);
        Assert.Equal(
            ("no_source_run", "the registration names no run, so nothing leads back to a training"),
            (lineage.Reason, lineage.Detail)
        );
        var artifacts = verdict.Checks.Single(check => check.Name == CheckNames.Artifacts);
        Assert.Equal(
            (CheckOutcome.NotRun, "no_artifact_hash", "the registration commits to no files: the training had recorded none", true),
            (artifacts.Outcome, artifacts.Reason, artifacts.Detail, artifacts.IsRequired)
        );
    }

    [Fact]
    public async Task A_version_that_is_gone_from_the_registry_is_known_by_the_ledger_alone()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        shop.Store.Versions.Clear();
        var verdict = await shop.VerifyVersionAsync();
        var live = Workshop.Failed(verdict, CheckNames.LiveRegistry);
        Assert.Equal(("version_missing", "the version is gone from the registry"), (live.Reason, live.Detail));
        Assert.Equal(CheckOutcome.Passed, verdict.Checks.Single(check => check.Name == CheckNames.Artifacts).Outcome);
        Assert.Equal(CheckOutcome.Passed, verdict.Checks.Single(check => check.Name == CheckNames.Lineage).Outcome);
    }

    [Fact]
    public async Task A_run_that_is_gone_from_MLflow_is_known_by_the_ledger_alone()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Store.Runs.Remove(Workshop.RunId);
        var verdict = await shop.VerifyRunAsync();
        foreach (var name in new[] { CheckNames.LiveRun, CheckNames.Artifacts })
        {
            var check = Workshop.Failed(verdict, name);
            Assert.Equal(("run_missing", "the run is gone from MLflow"), (check.Reason, check.Detail));
        }

        Assert.Equal(CheckOutcome.Passed, verdict.Checks.Single(check => check.Name == CheckNames.Record).Outcome);
    }

    [Fact]
    public async Task The_bundle_has_the_members_of_its_format_in_their_order_and_our_verdicts_behind_them()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.Recorder.TransitionStageAsync("scorer", "1", "Production", false, new RecordOptions(), default);
        await shop.DrainAsync();
        var audit = await shop.AuditAsync();
        var text = audit.Bundle.ToJson();
        Assert.DoesNotContain(text, c => c > '~');
        Assert.False(text.EndsWith('\n'));
        Assert.StartsWith(
            "{\n  \"schema\": \"ario.mlflow.audit/v1\",\n  \"model\": \"scorer\",\n  \"version\": \"1\",\n",
            text,
            StringComparison.Ordinal
        );
        var bundle = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(
            [
                "schema",
                "model",
                "version",
                "generated_at",
                "tracking_uri",
                "run_id",
                "current_stage",
                "artifact_hash",
                "stages",
                "overall_ok",
                "hallmark",
            ],
            bundle.Select(member => member.Key)
        );
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$", (string?)bundle["generated_at"]);
        Assert.Equal(
            ("memory:/store", Workshop.RunId, "Production", true),
            ((string?)bundle["tracking_uri"], (string?)bundle["run_id"], (string?)bundle["current_stage"], (bool)bundle["overall_ok"]!)
        );
        Assert.Equal(shop.Store.Runs[Workshop.RunId].Tags[ArioTags.ArtifactHash], (string?)bundle["artifact_hash"]);
        foreach (var stage in bundle["stages"]!.AsArray())
        {
            Assert.Equal(["stage", "tx_id", "anchored", "checks", "ok"], stage!.AsObject().Select(member => member.Key));
            Assert.Equal(
                ["signature", "anchored_bytes", "source_of_truth", "ario_attestation"],
                stage["checks"]!.AsObject().Select(member => member.Key)
            );
            Assert.Null(stage["tx_id"]);
        }

        Assert.Equal("verified", (string?)bundle["hallmark"]!["status"]);
        Assert.Equal(3, bundle["hallmark"]!["verdicts"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_stage_that_nobody_recorded_has_no_checks_in_the_bundle_and_one_with_only_a_transaction_is_not_ok()
    {
        var shop = await WithVersionAsync(Workshop.Source, Workshop.RunId);
        await shop.Store.SetModelVersionTagAsync("scorer", "1", ArioTags.RegistrationTx, "tx-1", default);
        var stages = JsonNode.Parse((await shop.AuditAsync()).Bundle.ToJson())!["stages"]!.AsArray();
        Assert.Equal([false, true, false], stages.Select(stage => (bool)stage!["anchored"]!));
        Assert.Equal([null, "tx-1", null], stages.Select(stage => (string?)stage!["tx_id"]));
        Assert.Equal([null, false, null], stages.Select(stage => (bool?)stage!["ok"]));
        Assert.Null(stages[0]!["checks"]);
        Assert.All(stages[1]!["checks"]!.AsObject(), check => Assert.Equal("{\"ok\":null}", check.Value!.ToJsonString()));
    }

    [Fact]
    public async Task A_registry_out_of_reach_is_no_verdict_at_all()
    {
        var shop = await WithVersionAsync(Workshop.Source, Workshop.RunId);
        shop.Store.Outage = true;
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => shop.AuditAsync());
    }

    private static async Task<Workshop> WithVersionAsync(string source, string? runId)
    {
        var shop = new Workshop();
        await shop.Store.CreateRegisteredModelAsync("scorer", default);
        await shop.Store.CreateModelVersionAsync("scorer", source, runId, default);
        return shop;
    }

    private static void Is(Verdict verdict, string reason, string detail)
    {
        var check = Assert.Single(verdict.Checks);
        Assert.Equal((CheckNames.ProofFound, CheckOutcome.Failed, reason, detail), (check.Name, check.Outcome, check.Reason, check.Detail));
    }
}
