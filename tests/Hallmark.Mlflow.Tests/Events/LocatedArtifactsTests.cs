using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Mlflow.Tests.Verification;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Where a version's files are, for each way in which its source may say it (MLflow's own grammar of <c>runs:/</c> and <c>models:/</c>).</summary>
public sealed class LocatedArtifactsTests
{
    private const string OtherRun = "99990000111122223333444455556666";

    [Theory]
    [InlineData("runs:/" + Workshop.RunId + "/model", "model")]
    [InlineData("runs:/" + Workshop.RunId + "/deep/er", "deep/er")]
    [InlineData("runs:/" + Workshop.RunId, "model")]
    [InlineData("runs:/" + Workshop.RunId + "/", "model")]
    [InlineData("runs:///" + Workshop.RunId + "/model", "model")]
    [InlineData("memory:/runs/" + Workshop.RunId + "/model", "model")]
    [InlineData("memory:/runs/" + Workshop.RunId + "/model/", "model")]
    [InlineData(null, "model")]
    public async Task A_place_below_the_run_is_told_as_the_runs_path(string? source, string path)
    {
        var shop = new Workshop();
        var located = await LocatedArtifacts.FindAsync(shop.Store, Workshop.RunId, source, default);
        Assert.Equal((Workshop.RunId, path), (located.Run!.RunId, located.Path));
        Assert.Equal((shop.Store.Runs[Workshop.RunId].ArtifactUri, path), (located.Places[0].Repository.Uri, located.Places[0].Folder));
    }

    [Theory]
    [InlineData("memory:/runs/" + Workshop.RunId + "0/model")]
    [InlineData("memory:/elsewhere/model")]
    public async Task Any_other_place_is_its_own(string source)
    {
        var shop = new Workshop();
        var located = await LocatedArtifacts.FindAsync(shop.Store, Workshop.RunId, source, default);
        var place = Assert.Single(located.Places);
        Assert.Equal((Workshop.RunId, source, source, ""), (located.Run!.RunId, located.Path, place.Repository.Uri, place.Folder));
    }

    [Theory]
    [InlineData("models:/scorer/1", "first")]
    [InlineData("models:/scorer/2", "second")]
    [InlineData("models:/scorer@champion", "second")]
    [InlineData("models:/a@b/1", "of a@b")]
    [InlineData("models:/a@b@champion", "of a@b")]
    [InlineData("models:/m-1", "logged")]
    [InlineData("models:/copy/1", "second")]
    public async Task A_model_by_version_alias_or_id_leads_to_the_files_of_that_version(string source, string files)
    {
        var shop = await WithModelsAsync();
        var located = await LocatedArtifacts.FindAsync(shop.Store, null, source, default);
        Assert.Equal("memory:/" + files, located.Places[0].Repository.Uri);
    }

    [Theory]
    [InlineData("models:/scorer/3")]
    [InlineData("models:/scorer/latest")]
    [InlineData("models:/scorer/Production")]
    [InlineData("models:/scorer/")]
    [InlineData("models:/scorer/1x")]
    [InlineData("models:/scorer@nobody")]
    [InlineData("models:/nobody/1")]
    [InlineData("models:/m-2")]
    [InlineData("models:/")]
    [InlineData("models:/@champion")]
    [InlineData("models:/ring/1")]
    [InlineData("runs:/" + OtherRun + "/model")]
    public async Task What_names_nothing_leads_nowhere_and_never_to_other_files(string source)
    {
        var shop = await WithModelsAsync();
        Assert.Empty((await LocatedArtifacts.FindAsync(shop.Store, null, source, default)).Places);
    }

    [Theory]
    [InlineData("models:/iris-classifier@champion")]
    [InlineData("models:/iris-classifier/1")]
    [InlineData("s3://bucket/model")]
    [InlineData(null)]
    public async Task A_version_without_a_run_whose_source_names_no_logged_model_has_none_in_every_store(string? source)
    {
        using var folder = new TemporaryFolder();
        var ids = new FixtureIds("3.6/file");
        await using var store = MlflowStores.Open(
            new MlflowStoreOptions { TrackingUri = folder.CopyOf(Path.Combine(ids.Folder, "mlruns")) }
        );
        var version = new ModelVersion
        {
            Name = "m",
            Version = "1",
            Source = source,
        };
        Assert.Null(await VersionRun.FindIdAsync(store, version, default));
        Assert.Equal(
            ids.Run("tuned"),
            await VersionRun.FindIdAsync(store, version with { Source = "models:/" + ids.LoggedModel("tuned") }, default)
        );
        Assert.Equal("abc", await VersionRun.FindIdAsync(store, version with { Source = "runs:/abc/model" }, default));
        Assert.Equal("own", await VersionRun.FindIdAsync(store, version with { Source = "runs:/abc/model", RunId = "own" }, default));
    }

    private static async Task<Workshop> WithModelsAsync()
    {
        var shop = new Workshop();
        foreach (
            var (name, source) in new[]
            {
                ("scorer", "memory:/first"),
                ("scorer", "memory:/second"),
                ("a@b", "memory:/of a@b"),
                ("copy", "models:/scorer@champion"),
                ("ring", "models:/ring/1"),
            }
        )
        {
            if (!shop.Store.Models.ContainsKey(name))
            {
                await shop.Store.CreateRegisteredModelAsync(name, default);
            }

            await shop.Store.CreateModelVersionAsync(name, source, null, default);
        }

        await shop.Store.SetAliasAsync("scorer", "champion", "2", default);
        await shop.Store.SetAliasAsync("a@b", "champion", "1", default);
        shop.Store.LoggedModels["m-1"] = new LoggedModel
        {
            ModelId = "m-1",
            ExperimentId = "1",
            Name = "logged",
            ArtifactUri = "memory:/logged",
        };
        return shop;
    }
}
