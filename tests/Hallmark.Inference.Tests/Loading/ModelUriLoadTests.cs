using Hallmark.Inference.Loading;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>Every form of a model's URI, over stores that real MLflow servers wrote.</summary>
public sealed class ModelUriLoadTests
{
    public static TheoryData<string> Fixtures => FixtureScene.All;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Every_form_of_uri_finds_the_same_files(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        await scene.Store.SetAliasAsync(FixtureScene.Model, "champion", "1", default);
        var version = await scene.Store.FindModelVersionAsync(FixtureScene.Model, "2", default);
        Assert.Equal("Production", version!.CurrentStage);
        var located = await LocatedArtifacts.FindAsync(scene.Store, version, default);
        var forms = new List<(string Uri, string Name, string Version, string Run)>
        {
            ($"models:/{FixtureScene.Model}/2", FixtureScene.Model, "2", scene.Run("2")),
            ($"models:/{FixtureScene.Model}@champion", FixtureScene.Model, "1", scene.Run("1")),
            ($"models:/{FixtureScene.Model}/Production", FixtureScene.Model, "2", scene.Run("2")),
            ($"models:/{FixtureScene.Model}/production", FixtureScene.Model, "2", scene.Run("2")),
            ($"models:/{FixtureScene.Model}/latest", FixtureScene.Model, "2", scene.Run("2")),
            ($"runs:/{scene.Run("2")}/{located.Path}", ModelIdentity.Unknown, ModelIdentity.Unknown, scene.Run("2")),
        };
        if (scene.LoggedModel("tuned") is { } id)
        {
            forms.Add(("models:/" + id, located.Path!, id, scene.Run("2")));
        }

        foreach (var form in forms)
        {
            await using var model = await scene.LoadAsync(form.Uri);
            Assert.Equal(form, (model.Identity.Uri, model.Identity.Name, model.Identity.Version, model.Identity.RunId));
            Assert.True(model.Identity.ArtifactVerified);
            Assert.Equal(64, model.Identity.ArtifactHash!.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_version_registered_as_in_the_quick_start_without_a_run_id_is_verified_before_it_loads(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        var version = await scene.Store.FindModelVersionAsync(FixtureScene.Model, "2", default);
        var path = (await LocatedArtifacts.FindAsync(scene.Store, version!, default)).Path;
        await scene.Store.CreateRegisteredModelAsync("quick", default);
        var made = await scene.Store.CreateModelVersionAsync("quick", $"runs:/{scene.Run("2")}/{path}", null, default);
        Assert.Null(made.RunId);
        await scene.Recorder.RecordRegistrationAsync("quick", made.Version, new RegistrationOptions(), default);
        await using (var model = await scene.LoadAsync("models:/quick/1"))
        {
            Assert.Equal(scene.Run("2"), model.Identity.RunId);
            Assert.True(model.Identity.ArtifactVerified);
        }

        File.Delete(scene.Runner.Marker);
        var folder = await scene.FolderAsync();
        await File.AppendAllTextAsync(Path.Combine(folder, "MLmodel"), "#");
        File.Delete(Path.Combine(folder, "requirements.txt"));
        await File.WriteAllTextAsync(Path.Combine(folder, "extra.py"), "");
        var refusal = await scene.RefusedAsync<IntegrityException>("changed files", "models:/quick/1");
        Assert.Contains(refusal.Hints, hint => hint.Contains("MLmodel: recorded ", StringComparison.Ordinal));
        Assert.Contains(refusal.Hints, hint => hint.Contains("requirements.txt: is gone", StringComparison.Ordinal));
        Assert.Contains(refusal.Hints, hint => hint.Contains("extra.py: was not recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_runs_path_that_its_training_did_not_record_is_not_anchored()
    {
        await using var scene = await FixtureScene.OpenAsync("2.22/sqlite");
        var refusal = await scene.RefusedAsync<ModelNotVerifiedException>("another path", $"runs:/{scene.Run("2")}/reports");
        Assert.Contains(refusal.Verdict.Checks, check => check.Reason == "not_covered");
    }

    [Theory]
    [InlineData("models:/iris-classifier/99")]
    [InlineData("models:/nobody/1")]
    [InlineData("models:/iris-classifier@nobody")]
    [InlineData("models:/nobody@champion")]
    [InlineData("models:/iris-classifier/None")]
    [InlineData("models:/nobody/latest")]
    [InlineData("models:/m-00000000000000000000000000000000")]
    [InlineData("runs:/00000000000000000000000000000000/model")]
    [InlineData("/nowhere/at/all")]
    public async Task What_is_not_there_is_said_to_be_missing(string uri)
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite", isAnchored: false);
        var refusal = await scene.RefusedAsync<MlflowNotFoundException>("missing", uri, scene.Options with { AllowsUnanchored = true });
        Assert.Equal(2, refusal.ExitCode);
        Assert.NotEmpty(refusal.Hints);
    }
}
