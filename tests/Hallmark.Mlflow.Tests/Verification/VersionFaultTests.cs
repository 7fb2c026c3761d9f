using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Faults of the field's nearest system that ours must not have (peer-faults.md §2, §6), on model versions and audits.</summary>
public sealed class VersionFaultTests
{
    [Fact]
    public async Task A_version_registered_as_in_the_quick_start_without_a_run_id_is_verified()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.Store.CreateRegisteredModelAsync("scorer", default);
        await shop.Store.CreateModelVersionAsync("scorer", Workshop.Source, null, default);
        var recorded = await shop.Recorder.RecordRegistrationAsync("scorer", "1", new RegistrationOptions(), default);
        await shop.DrainAsync();
        Assert.Equal(Workshop.RunId, recorded.Facts.SourceRunId);
        Assert.True(recorded.Facts.ArtifactVerified);
        Workshop.Verified(await shop.VerifyVersionAsync());
        shop.Artifacts.Files["model/model.pkl"] = [0];
        Assert.Contains(
            Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.Artifacts).Differences,
            difference => difference.What == "model/model.pkl"
        );
    }

    [Fact]
    public async Task A_version_that_mlflow_itself_registered_is_hashed_where_its_files_really_are()
    {
        var shop = new Workshop();
        shop.Store.LoggedModels["m-1"] = new LoggedModel
        {
            ModelId = "m-1",
            ExperimentId = "1",
            Name = "classifier",
            SourceRunId = Workshop.RunId,
            ArtifactUri = "memory:/m-1",
        };
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with { ModelOutputs = [new ModelOutput("m-1", 0)] };
        var files = ((MemoryArtifacts)shop.Store.OpenArtifacts("memory:/m-1")).Files;
        files["model.pkl"] = [7];
        await shop.TrainAsync();
        var byModel = await shop.RegisterAsync(source: "models:/m-1");
        Assert.True(byModel.Facts.ArtifactVerified);
        Assert.Equal(Workshop.RunId, byModel.Facts.SourceRunId);
        Workshop.Verified(await shop.VerifyVersionAsync());
        var byUri = await shop.Recorder.RegisterAsync("scorer", "memory:/m-1", Workshop.RunId, new RegistrationOptions(), default);
        await shop.DrainAsync();
        Assert.True(byUri.Facts.ArtifactVerified);
        Workshop.Verified(await shop.VerifyVersionAsync("2"));
        files["model.pkl"] = [8];
        Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.Artifacts);
        Workshop.Failed(await shop.VerifyVersionAsync("2"), CheckNames.Artifacts);
    }

    [Fact]
    public async Task Tampered_artifacts_are_not_registered_unless_forced_and_then_never_verify()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Artifacts.Files["model/model.pkl"] = [0];
        var refusal = await Assert.ThrowsAsync<ArtifactMismatchException>(() => shop.RegisterAsync());
        Assert.Equal(1, refusal.ExitCode);
        Assert.Empty(shop.Store.Versions);

        var forced = await shop.RegisterAsync(options: new RegistrationOptions { AllowMismatchedArtifacts = true });
        Assert.False(forced.Facts.ArtifactVerified);
        Assert.True(
            (await ArioVerification.FullVerifyAsync(forced.Event.Envelope, shop.Store, null, 2, null, default)).Overall,
            "the original lets it pass"
        );
        Assert.Equal("registered_with_mismatch", Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.Artifacts).Reason);
    }

    [Fact]
    public async Task Artifact_hash_tag_edited_together_with_the_files_does_not_help()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        shop.Artifacts.Files["model/model.pkl"] = [0];
        var hash = (
            await RunArtifacts.HashAsync(shop.Store, shop.Store.Runs[Workshop.RunId], "model", ArtifactHashing.Plain, default)
        ).Hash!;
        await shop.Store.SetRunTagAsync(Workshop.RunId, ArioTags.ArtifactHash, hash, default);
        Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.Artifacts);
        await Assert.ThrowsAsync<ArtifactMismatchException>(() => shop.RegisterAsync());
    }

    [Fact]
    public async Task Two_versions_of_one_run_keep_each_their_own_record()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.RegisterAsync();
        Workshop.Verified(await shop.VerifyVersionAsync("1"));
        Workshop.Verified(await shop.VerifyVersionAsync("2"));
        var elsewhere = shop.Scope with { Log = null };
        Workshop.Verified(await shop.VerifyVersionAsync("1", elsewhere));
        Workshop.Verified(await shop.VerifyVersionAsync("2", elsewhere));
        var own = shop.Artifacts.Files.Keys.First(path =>
            path.StartsWith("ario/registrations/", StringComparison.Ordinal) && path.EndsWith("payload.json", StringComparison.Ordinal)
        );
        shop.Artifacts.Files[own][10] ^= 1;
        Workshop.Failed(await shop.VerifyVersionAsync("1"), CheckNames.Record);
        Workshop.Verified(await shop.VerifyVersionAsync("2"));
    }

    [Fact]
    public async Task A_registration_whose_training_proof_is_missing_says_so()
    {
        var shop = new Workshop();
        await shop.RegisterAsync();
        Assert.Equal("no_training_proof", Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.Lineage).Reason);

        var linked = new Workshop();
        await linked.TrainAsync();
        await linked.RegisterAsync();
        linked.Log.Entries.RemoveAll(entry => entry.EventType == EventTypes.Training);
        Assert.Equal("no_training_proof", Workshop.Failed(await linked.VerifyVersionAsync(), CheckNames.Lineage).Reason);
    }

    [Fact]
    public async Task A_source_that_was_redirected_after_the_registration_is_named()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        shop.Store.Replace(shop.Store.Version("scorer", "1") with { Source = "runs:/" + Workshop.RunId + "/other" });
        Assert.Contains(
            Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.LiveRegistry).Differences,
            difference => difference.What == "source"
        );
    }

    /// <summary>Whoever can write the registry can write anything there: that is a failed verification (exit code 1), and not the user's bad input (2).</summary>
    [Theory]
    [InlineData("models:/x y")]
    [InlineData("models:/")]
    [InlineData("models:/scorer/99999999999")]
    [InlineData("models:/scorer/0")]
    [InlineData("runs:/x y/model")]
    [InlineData("runs://model")]
    [InlineData("file://elsewhere/model")]
    [InlineData("memory:/a/../b")]
    public async Task A_source_that_cannot_be_read_is_the_stores_fault_and_fails_the_version(string source)
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        shop.Store.Replace(shop.Store.Version("scorer", "1") with { Source = source, RunId = null });
        foreach (var log in new[] { shop.Log, null })
        {
            var verdict = await shop.VerifyVersionAsync(scope: shop.Scope with { Log = log });
            Assert.True(verdict.Status is VerdictStatus.Failed && verdict.ExitCode == 1, Workshop.Show(verdict));
        }

        Assert.Equal(VerdictStatus.Failed, (await shop.AuditAsync()).Status);
    }

    [Fact]
    public async Task A_source_that_names_no_model_is_shown_beside_the_recorded_one()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        shop.Store.Replace(shop.Store.Version("scorer", "1") with { Source = "models:/x y", RunId = null });
        var registry = Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.LiveRegistry);
        Assert.Contains(new Difference("source", Workshop.Source, "models:/x y"), registry.Differences);
    }

    [Fact]
    public async Task A_run_whose_files_are_at_no_place_fails_its_verification()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with { ArtifactUri = "file://elsewhere/files" };
        Assert.Equal("unreadable", Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.ProofFound).Reason);
    }

    [Fact]
    public async Task A_source_with_no_id_of_a_logged_model_is_not_registered()
    {
        var shop = new Workshop();
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => shop.RegisterAsync(source: "models:/x y"));
        Assert.Equal("'x y' is no logged model id", refusal.Message);
        Assert.Empty(shop.Store.Writes);
    }

    [Fact]
    public async Task A_stage_and_an_alias_that_were_changed_back_silently_are_named()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.Recorder.TransitionStageAsync("scorer", "1", "production", false, new RecordOptions(), default);
        var alias = await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await shop.DrainAsync();
        Assert.Equal("hallmark/v1", (string?)alias.Event.Envelope["spec_version"]);
        Workshop.Verified(await shop.VerifyVersionAsync());
        Assert.Equal(0, (await shop.AuditAsync()).ExitCode);

        await shop.Store.TransitionStageAsync("scorer", "1", "Archived", false, default);
        await shop.Store.DeleteAliasAsync("scorer", "champion", default);
        var differences = Workshop.Failed(await shop.VerifyVersionAsync(), CheckNames.LiveRegistry).Differences;
        Assert.Equal(
            new[] { new Difference("stage", "Production", "Archived"), new Difference("alias champion", "1", null) },
            differences.AsEnumerable()
        );
    }

    [Fact]
    public async Task A_promotion_right_after_the_registration_links_to_it()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        var registration = await shop.Recorder.RegisterAsync("scorer", Workshop.Source, null, new RegistrationOptions(), default);
        var promoted = await shop.Recorder.TransitionStageAsync("scorer", "1", "Staging", false, new RecordOptions(), default);
        Assert.Equal(
            registration.Event.EventId,
            (string?)HallmarkMember.Of(promoted[0].Event.Payload)![HallmarkMember.Previous]!["event_id"]
        );
    }

    [Fact]
    public async Task A_version_that_is_archived_by_anothers_promotion_gets_its_own_event()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.RegisterAsync();
        await shop.Recorder.TransitionStageAsync("scorer", "1", "Production", true, new RecordOptions(), default);
        var events = await shop.Recorder.TransitionStageAsync("scorer", "2", "Production", true, new RecordOptions(), default);
        await shop.DrainAsync();
        Assert.Equal(["Production", "Archived"], events.Select(recorded => (string?)recorded.Event.Payload["to_stage"]));
        Workshop.Verified(await shop.VerifyVersionAsync("1"));
    }

    [Fact]
    public async Task An_audit_of_a_version_that_nobody_anchored_does_not_pass()
    {
        var shop = new Workshop();
        await shop.Store.CreateRegisteredModelAsync("scorer", default);
        await shop.Store.CreateModelVersionAsync("scorer", Workshop.Source, Workshop.RunId, default);
        await shop.Store.TransitionStageAsync("scorer", "1", "Production", false, default);
        var audit = await shop.AuditAsync();
        Assert.Equal(1, audit.ExitCode);
        Assert.All(audit.Verdicts, verdict => Assert.Equal("not_anchored", verdict.Checks.Single().Reason));
        Assert.False((bool)JsonNode.Parse(audit.Bundle.ToJson())!["overall_ok"]!);
    }

    [Fact]
    public async Task An_audit_names_the_swapped_artifact_the_wrong_signer_and_what_is_out_of_reach()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.Recorder.TransitionStageAsync("scorer", "1", "Production", false, new RecordOptions(), default);
        await shop.DrainAsync();
        var good = await shop.AuditAsync();
        Assert.Equal(0, good.ExitCode);
        var stages = JsonNode.Parse(good.Bundle.ToJson())!["stages"]!.AsArray();
        Assert.Equal(["training", "registration", "promotion"], stages.Select(stage => (string?)stage!["stage"]));
        Assert.All(stages, stage => Assert.True((bool)stage!["ok"]!));

        var judged = new ModelAuditor(shop.Scope with { Judge = (_, _) => new SignerOpinion(SignerStanding.Refused, null) }, shop.Clock);
        var wrongSigner = await judged.AuditAsync("scorer", "1", default);
        Assert.Equal(1, wrongSigner.ExitCode);
        Assert.All(wrongSigner.Verdicts, verdict => Assert.Contains(verdict.Checks, check => check.Reason == "untrusted_signer"));

        shop.Artifacts.Files["model/model.pkl"] = [0];
        var swapped = await shop.AuditAsync();
        Assert.Contains(
            Workshop.Failed(swapped.Training, CheckNames.Artifacts).Differences,
            difference => difference.What == "model/model.pkl"
        );
        Assert.Contains(
            Workshop.Failed(swapped.Registration, CheckNames.Artifacts).Differences,
            difference => difference.What == "model/model.pkl"
        );

        shop.Artifacts.Files["model/model.pkl"] = [1, 2, 3, 4];
        shop.Store.Runs[Workshop.RunId] = shop.Store.Runs[Workshop.RunId] with { ArtifactUri = "s3://bucket/run" };
        Assert.Equal(3, (await shop.AuditAsync()).ExitCode);
    }
}
