using Hallmark.Core.Failures;
using Hallmark.Inference.Loading;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>Versions that real MLflow servers registered, recorded and then loaded: as they are, and after one change at a time.</summary>
public sealed class FixtureLoadTests
{
    public static TheoryData<string> Fixtures => FixtureScene.All;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_version_that_was_anchored_loads_and_runs_from_a_private_copy_that_goes_with_it(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        foreach (var version in new[] { "1", "2" })
        {
            var model = await scene.LoadAsync($"models:/{FixtureScene.Model}/{version}");
            Assert.Equal(
                (FixtureScene.Model, version, scene.Run(version), true),
                (model.Identity.Name, model.Identity.Version, model.Identity.RunId, model.Identity.ArtifactVerified)
            );
            Assert.Contains("python_function", MlModelFile.FlavorsOf(model.Files.Description));
            Assert.Equal(FilesOf(await scene.FolderAsync(version)).Keys.Order(), scene.Runner.Seen.Keys.Order());
            Assert.All(FilesOf(await scene.FolderAsync(version)), file => Assert.Equal(file.Value, scene.Runner.Seen[file.Key]));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                    File.GetUnixFileMode(model.Files.Path)
                );
            }

            await model.DisposeAsync();
            await model.DisposeAsync();
            Assert.True(scene.Runner.IsDisposed);
            Assert.Empty(Directory.EnumerateFileSystemEntries(scene.PrivateRoot));
        }

        Assert.Empty(scene.Warnings);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Each_byte_changed_and_each_file_added_removed_renamed_or_linked_is_refused_before_a_runner_is_made(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        foreach (var version in new[] { "1", "2" })
        {
            await RefuseChangesAsync(scene, $"models:/{FixtureScene.Model}/{version}", await scene.FolderAsync(version));
        }

        // All is as it was, and so it loads.
        await using var model = await scene.LoadAsync();
        Assert.True(scene.Runner.HasStarted);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_model_whose_files_are_all_gone_is_not_the_anchored_one(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        foreach (var name in FilesOf(await scene.FolderAsync()).Keys)
        {
            File.Delete(Path.Combine(await scene.FolderAsync(), name));
        }

        var refusal = await scene.RefusedAsync<IntegrityException>("all removed");
        Assert.All(refusal.Differences, difference => Assert.Equal("removed", difference.Note));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task An_edited_record_or_proof_in_mlflow_is_refused(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        var proofs = Path.Combine(await scene.RunFolderAsync(), "ario", "registrations");
        foreach (var name in new[] { "payload.json", "proof.json" })
        {
            var file = Assert.Single(Directory.GetFiles(proofs, name, SearchOption.AllDirectories));
            var bytes = await File.ReadAllBytesAsync(file);
            var changed = bytes.ToArray();
            changed[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, changed);
            var refusal = await scene.RefusedAsync<ModelNotVerifiedException>($"{name} edited");
            Assert.Equal(1, refusal.ExitCode);
            await File.WriteAllBytesAsync(file, bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_signer_who_may_not_sign_is_refused_and_one_who_may_is_not(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        var refusal = await scene.RefusedAsync<ModelNotVerifiedException>(
            "a wrong signer",
            options: scene.Options with
            {
                Judge = FixtureScene.Only(FixtureScene.OtherKey),
            }
        );
        Assert.Equal(1, refusal.ExitCode);
        await using var model = await scene.LoadAsync(options: scene.Options with { Judge = FixtureScene.Only(FixtureScene.Key) });
        Assert.True(model.Identity.ArtifactVerified);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Without_the_ledger_only_a_proof_of_a_trusted_signer_counts(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        var elsewhere = scene.Options with { Log = null };
        var refusal = await scene.RefusedAsync<ModelNotVerifiedException>("nobody vouches", options: elsewhere);
        Assert.Contains(refusal.Verdict.Checks, check => check.Reason == "unknown_signer");
        await using var model = await scene.LoadAsync(options: elsewhere with { Judge = FixtureScene.Only(FixtureScene.Key) });
        Assert.True(model.Identity.ArtifactVerified);
    }

    private static async Task RefuseChangesAsync(FixtureScene scene, string uri, string folder)
    {
        foreach (var (name, bytes) in FilesOf(folder))
        {
            var path = Path.Combine(folder, name);
            foreach (var at in new[] { 0, bytes.Length / 2, bytes.Length - 1 }.Distinct())
            {
                var changed = bytes.ToArray();
                changed[at] ^= 1;
                await File.WriteAllBytesAsync(path, changed);
                var refusal = await scene.RefusedAsync<IntegrityException>($"{name} changed at {at}", uri);
                Assert.Equal(1, refusal.ExitCode);
                var difference = Assert.Single(refusal.Differences);
                Assert.EndsWith(name, difference.What, StringComparison.Ordinal);
                Assert.Equal("changed", difference.Note);
            }

            File.Delete(path);
            Assert.Equal("removed", Assert.Single((await scene.RefusedAsync<IntegrityException>($"{name} removed", uri)).Differences).Note);

            await File.WriteAllBytesAsync(path + ".bak", bytes);
            Assert.Equal(
                ["added", "removed"],
                (await scene.RefusedAsync<IntegrityException>($"{name} renamed", uri)).Differences.Select(found => found.Note!).Order()
            );

            // The link leads to the very bytes, inside the model's folder.
            File.CreateSymbolicLink(path, path + ".bak");
            await scene.RefusedAsync<HallmarkException>($"{name} a link inside", uri);
            File.Delete(path);
            File.Delete(path + ".bak");

            var outside = Path.Combine(scene.PrivateRoot + "-outside");
            await File.WriteAllBytesAsync(outside, [.. bytes, 0]);
            File.CreateSymbolicLink(path, outside);
            await scene.RefusedAsync<HallmarkException>($"{name} a link to other bytes outside", uri);
            await File.WriteAllBytesAsync(outside, bytes);
            await LinkToTheSameBytesAsync(scene, uri, name, bytes);
            File.Delete(path);

            await File.WriteAllBytesAsync(path, bytes);
            Directory.CreateDirectory(Path.Combine(folder, "code"));
            await File.WriteAllTextAsync(Path.Combine(folder, "code", "__init__.py"), "");
            Assert.Equal("added", Assert.Single((await scene.RefusedAsync<IntegrityException>("a file added", uri)).Differences).Note);
            Directory.Delete(Path.Combine(folder, "code"), recursive: true);
        }
    }

    // Links on a server's disk are the server's affair: it sends bytes, and these are the recorded ones.
    private static async Task LinkToTheSameBytesAsync(FixtureScene scene, string uri, string name, byte[] bytes)
    {
        if (!scene.Fixture.EndsWith("/http", StringComparison.Ordinal))
        {
            await scene.RefusedAsync<HallmarkException>($"{name} a link outside", uri);
            return;
        }

        await using var model = await scene.LoadAsync(uri);
        Assert.Equal(bytes, scene.Runner.Seen[name]);
        Assert.Null(new FileInfo(Path.Combine(model.Files.Path, name)).LinkTarget);
        File.Delete(scene.Runner.Marker);
    }

    private static Dictionary<string, byte[]> FilesOf(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "registered_model_meta")
            .ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllBytes, StringComparer.Ordinal);
}
