using System.Collections.Concurrent;
using Hallmark.Core.Failures;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>Between the check and the use (TOCTOU): what was verified is what runs, whoever writes to the source meanwhile.</summary>
public sealed class SwapTests
{
    public static TheoryData<string> Fixtures => FixtureScene.All;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_source_that_is_swapped_after_the_check_is_not_what_the_runner_sees(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        var folder = await scene.FolderAsync();
        var verified = await File.ReadAllBytesAsync(Path.Combine(folder, "model.pkl"));
        scene.Runner.AtStart = _ =>
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                File.WriteAllText(file, "print('swapped')");
            }

            File.WriteAllText(Path.Combine(folder, "sitecustomize.py"), "print('added')");
        };
        await using var model = await scene.LoadAsync();
        Assert.Equal(verified, scene.Runner.Seen["model.pkl"]);
        Assert.DoesNotContain("sitecustomize.py", scene.Runner.Seen.Keys);
        Assert.True(model.Identity.ArtifactVerified);
    }

    [Fact]
    public async Task A_source_that_is_swapped_while_the_proofs_are_checked_changes_nothing()
    {
        await using var scene = await FixtureScene.OpenAsync("2.22/file");
        var pickle = Path.Combine(await scene.FolderAsync(), "model.pkl");
        var verified = await File.ReadAllBytesAsync(pickle);
        var options = scene.Options with
        {
            Judge = (_, _) =>
            {
                File.WriteAllText(pickle, "swapped");
                return Mlflow.Verification.SignerOpinion.Unknown;
            },
        };
        await using var model = await scene.LoadAsync(options: options);
        Assert.Equal("swapped", await File.ReadAllTextAsync(pickle));
        Assert.Equal(verified, scene.Runner.Seen["model.pkl"]);
    }

    [Fact]
    public async Task A_source_that_keeps_changing_loads_as_recorded_or_not_at_all()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file");
        var pickle = Path.Combine(await scene.FolderAsync(), "model.pkl");
        var recorded = await File.ReadAllBytesAsync(pickle);
        var changed = recorded.ToArray();
        changed[^1] ^= 1;
        using var end = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                File.WriteAllBytes(pickle, changed);
                File.WriteAllBytes(pickle, recorded);
            }
        });
        var outcomes = new ConcurrentBag<string>();
        for (var i = 0; i < 20; i++)
        {
            try
            {
                await using var model = await scene.LoadAsync();
                Assert.Equal(recorded, scene.Runner.Seen["model.pkl"]);
                outcomes.Add("loaded");
            }
            catch (HallmarkException failure) when (failure is IntegrityException or UnavailableException)
            {
                outcomes.Add(failure.GetType().Name);
            }
        }

        await end.CancelAsync();
        await writer;
        Assert.Equal(20, outcomes.Count);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.PrivateRoot));
    }

    [Fact]
    public async Task Bookkeeping_that_no_hash_covers_does_not_reach_the_runner()
    {
        await using var scene = await FixtureScene.OpenAsync("2.22/file");
        await File.WriteAllTextAsync(Path.Combine(await scene.FolderAsync(), "registered_model_meta"), "import os");
        await using var model = await scene.LoadAsync();
        Assert.DoesNotContain("registered_model_meta", scene.Runner.Seen.Keys);
    }

    [Fact]
    public async Task Two_loads_of_one_model_have_each_a_copy_of_their_own()
    {
        await using var scene = await FixtureScene.OpenAsync("2.22/file");
        var models = await Task.WhenAll(scene.LoadAsync(), scene.LoadAsync(), scene.LoadAsync());
        Assert.Equal(3, models.Select(model => model.Files.Path).Distinct().Count());
        await models[0].DisposeAsync();
        Assert.True(Directory.Exists(models[1].Files.Path));
        await models[1].DisposeAsync();
        await models[2].DisposeAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.PrivateRoot));
    }
}
