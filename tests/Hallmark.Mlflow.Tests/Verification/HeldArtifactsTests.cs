using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>A copy that somebody holds and is about to use is judged in place of the store's files: it alone, for the path that it was made from.</summary>
public sealed class HeldArtifactsTests
{
    [Theory]
    [InlineData("model")]
    [InlineData("model/")]
    [InlineData("./model")]
    public async Task A_copy_of_the_recorded_files_passes_whatever_the_store_holds_by_now(string path)
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        var copy = await CopyAsync(shop);
        shop.Artifacts.Files["model/model.pkl"] = [0];
        var verdict = await VerifyAsync(shop, path, copy);
        Workshop.Verified(verdict);
        Assert.Equal("all 2 files at \"model\" have the recorded SHA-256", Artifacts(verdict).Detail);
    }

    [Fact]
    public async Task A_copy_that_differs_fails_although_the_store_holds_the_recorded_files()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        shop.Artifacts.Files["model/model.pkl"] = [0];
        shop.Artifacts.Files["model/new"] = [1];
        var copy = await CopyAsync(shop);
        shop.Artifacts.Files["model/model.pkl"] = [1, 2, 3, 4];
        shop.Artifacts.Files.Remove("model/new");
        Workshop.Verified(await shop.VerifyRunAsync());
        var check = Workshop.Failed(await VerifyAsync(shop, "model", copy), CheckNames.Artifacts);
        Assert.Equal("the files at \"model\" are not those that were recorded", check.Detail);
        Assert.Equal(
            [("model/model.pkl", "changed"), ("model/new", "added")],
            check.Differences.Select(difference => (difference.What, difference.Note))
        );
    }

    [Fact]
    public async Task A_copy_of_another_path_is_not_covered_and_does_not_pass()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        var check = Artifacts(await VerifyAsync(shop, "other", await CopyAsync(shop)));
        Assert.Equal(
            (CheckOutcome.NotRun, "not_covered", "the training recorded the files at \"model\", and not those at \"other\"", true),
            (check.Outcome, check.Reason, check.Detail, check.IsRequired)
        );
    }

    [Fact]
    public async Task A_copy_from_nowhere_in_the_run_is_not_covered_either()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        Assert.Equal("not_covered", Artifacts(await VerifyAsync(shop, null, await CopyAsync(shop))).Reason);
    }

    [Fact]
    public async Task A_training_that_recorded_no_files_covers_no_copy()
    {
        var shop = new Workshop();
        var copy = await CopyAsync(shop);
        shop.Artifacts.Files.Clear();
        await shop.TrainAsync();
        foreach (var held in new[] { copy, ArtifactSnapshot.Empty(ArtifactStatus.NoArtifacts, null) })
        {
            var check = Artifacts(await VerifyAsync(shop, "model", held));
            Assert.Equal(
                (CheckOutcome.NotRun, "no_artifact_hash", "the training recorded no files", true),
                (check.Outcome, check.Reason, check.Detail, check.IsRequired)
            );
        }
    }

    [Fact]
    public async Task A_versions_copy_is_held_against_what_was_registered()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        var good = await CopyAsync(shop);
        shop.Artifacts.Files["model/model.pkl"] = [0];
        var bad = await CopyAsync(shop);
        var verdict = await shop.VerifyVersionAsync(scope: shop.Scope with { Held = new HeldArtifacts("model", good) });
        Workshop.Verified(verdict);
        shop.Artifacts.Files["model/model.pkl"] = [1, 2, 3, 4];
        var check = Workshop.Failed(
            await shop.VerifyVersionAsync(scope: shop.Scope with { Held = new HeldArtifacts("model", bad) }),
            CheckNames.Artifacts
        );
        Assert.Equal($"the files of {Workshop.Source} are not those that were registered", check.Detail);
        Assert.Equal("model/model.pkl", Assert.Single(check.Differences).What);
    }

    [Fact]
    public async Task A_folder_without_files_holds_no_artifacts_and_the_bookkeeping_file_is_none()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("copy/registered_model_meta"), "x");
        var snapshot = await ArtifactSnapshot.OfFolderAsync(Path.Combine(folder.Path, "copy"), null, default);
        Assert.Equal((ArtifactStatus.NoArtifacts, null), (snapshot.Status, snapshot.Hash));
        Assert.Empty(snapshot.Checksums);
    }

    private static Check Artifacts(Verdict verdict) => verdict.Checks.Single(check => check.Name == CheckNames.Artifacts);

    private static Task<Verdict> VerifyAsync(Workshop shop, string? path, ArtifactSnapshot files) =>
        shop.VerifyRunAsync(shop.Scope with { Held = new HeldArtifacts(path, files) });

    private static async Task<ArtifactSnapshot> CopyAsync(Workshop shop)
    {
        using var folder = new TemporaryFolder();
        foreach (var (path, content) in shop.Artifacts.Files.Where(file => file.Key.StartsWith("model/", StringComparison.Ordinal)))
        {
            await File.WriteAllBytesAsync(folder.File("copy/" + path["model/".Length..]), content);
        }

        return await ArtifactSnapshot.OfFolderAsync(Path.Combine(folder.Path, "copy"), null, default);
    }
}
