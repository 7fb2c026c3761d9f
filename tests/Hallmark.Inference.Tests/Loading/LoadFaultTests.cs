using Hallmark.Core.Failures;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>What cannot be checked does not load (peer-faults.md §2: the original logs a line and loads).</summary>
public sealed class LoadFaultTests
{
    [Fact]
    public async Task A_store_that_is_out_of_reach_is_no_model_without_proof()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/http");
        await scene.StopServerAsync();
        var refusal = await scene.RefusedAsync<UnavailableException>("no server", options: scene.Options with { AllowsUnanchored = true });
        Assert.Equal(3, refusal.ExitCode);
    }

    [Fact]
    public async Task Artifacts_that_were_moved_away_are_out_of_reach_and_not_missing()
    {
        await using var scene = await FixtureScene.OpenAsync("2.22/sqlite-direct");
        await using var unrelocated = scene.OpenWithoutRelocation();
        await scene.RefusedAsync<UnavailableException>(
            "not relocated",
            options: scene.Options with
            {
                OpenStore = () => unrelocated,
                AllowsUnanchored = true,
            }
        );
    }

    [Fact]
    public async Task A_model_that_nobody_recorded_loads_only_where_that_is_allowed_and_with_a_loud_warning()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file", isAnchored: false);
        foreach (var uri in new[] { $"models:/{FixtureScene.Model}/2", "models:/" + scene.LoggedModel("tuned"), await scene.FolderAsync() })
        {
            var refusal = await scene.RefusedAsync<ModelNotVerifiedException>("nothing recorded", uri);
            Assert.Equal((1, "ModelNotVerifiedError"), (refusal.ExitCode, refusal.ErrorName));
        }

        foreach (var uri in new[] { $"models:/{FixtureScene.Model}/2", "models:/" + scene.LoggedModel("tuned"), await scene.FolderAsync() })
        {
            scene.Warnings.Clear();
            await using var model = await scene.LoadAsync(uri, scene.Options with { AllowsUnanchored = true });
            Assert.Null(model.Identity.ArtifactVerified);
            Assert.NotNull(model.Identity.ArtifactHash);
            Assert.Contains("WITHOUT PROOF", Assert.Single(scene.Warnings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_model_whose_proofs_fail_does_not_load_where_models_without_proof_may()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        var lenient = scene.Options with { AllowsUnanchored = true };
        await File.AppendAllTextAsync(Path.Combine(await scene.FolderAsync(), "model.pkl"), "x");
        await scene.RefusedAsync<IntegrityException>("changed", options: lenient);
        await scene.RefusedAsync<ModelNotVerifiedException>(
            "a wrong signer",
            $"models:/{FixtureScene.Model}/1",
            lenient with
            {
                Judge = FixtureScene.Only(FixtureScene.OtherKey),
            }
        );
    }

    [Fact]
    public async Task A_version_that_was_registered_without_its_training_recorded_commits_to_no_file()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file", isAnchored: false);
        await scene.Recorder.RecordRegistrationAsync(FixtureScene.Model, "2", new RegistrationOptions(), default);
        await scene.RefusedAsync<ModelNotVerifiedException>("no artifact hash");
        await using var model = await scene.LoadAsync(options: scene.Options with { AllowsUnanchored = true });
        Assert.Null(model.Identity.ArtifactVerified);
        Assert.Single(scene.Warnings);
    }

    [Fact]
    public async Task A_version_registered_with_files_that_already_differed_never_loads()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file", isAnchored: false);
        await scene.Recorder.RecordTrainingAsync(scene.Run("2"), new TrainingOptions { AllowEmptyDatasetInputs = true }, default);
        await File.AppendAllTextAsync(Path.Combine(await scene.FolderAsync(), "model.pkl"), "x");
        var forced = new RegistrationOptions { AllowMismatchedArtifacts = true };
        await scene.Recorder.RecordRegistrationAsync(FixtureScene.Model, "2", forced, default);
        var refusal = await scene.RefusedAsync<ModelNotVerifiedException>(
            "registered with a mismatch",
            options: scene.Options with
            {
                AllowsUnanchored = true,
            }
        );
        Assert.Contains(refusal.Verdict.Checks, check => check.Reason == "registered_with_mismatch");
    }

    [Fact]
    public async Task A_source_that_was_redirected_in_the_registry_is_refused_even_to_files_that_verify()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite");
        scene.Execute(
            "UPDATE model_versions SET source = (SELECT source FROM model_versions WHERE version = 1 AND name = $model) WHERE version = 2 AND name = $model"
        );
        await scene.RefusedAsync<AssetVerificationException>("redirected");
    }

    [Fact]
    public async Task A_model_that_no_runner_can_run_is_refused_by_the_names_of_its_flavors()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        scene.Runner.Runs = _ => false;
        var refusal = await scene.RefusedAsync<BadInputException>("no runner");
        Assert.Contains("python_function, sklearn", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("marker", refusal.Message, StringComparison.Ordinal);
        var none = await scene.RefusedAsync<BadInputException>("no runners", options: scene.Options with { Runners = [] });
        Assert.Contains("none is set up", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_that_does_not_start_leaves_no_copy_behind()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        scene.Runner.AtStart = _ => throw new ModelRunException("it does not start", null);
        await Assert.ThrowsAsync<ModelRunException>(() => scene.LoadAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.PrivateRoot));
    }

    [Fact]
    public async Task A_loading_that_is_cancelled_leaves_no_copy_behind()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        using var source = new CancellationTokenSource();
        var options = scene.Options with
        {
            Judge = (_, _) =>
            {
                source.Cancel();
                return Mlflow.Verification.SignerOpinion.Unknown;
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            VerifiedModel.LoadAsync($"models:/{FixtureScene.Model}/2", options, source.Token)
        );
        Assert.False(scene.Runner.HasStarted);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.PrivateRoot));
    }
}
