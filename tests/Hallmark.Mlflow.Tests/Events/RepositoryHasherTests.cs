using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>A folder of artifacts is hashed where it lies, and nothing outside its root, whatever links lead there.</summary>
public sealed class RepositoryHasherTests : IDisposable
{
    private const string HashOfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"; // printf a | sha256sum
    private const string HashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private readonly TemporaryFolder _folder = new();

    private string Root => Path.Combine(_folder.Path, "root");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_file_of_the_folder_is_hashed_but_for_mlflows_own_bookkeeping()
    {
        Write("root/model/a", "a");
        Write("root/model/deep/.hidden", "");
        Write("root/model/registered_model_meta", "x");
        Write("root/model/deep/registered_model_meta", "x");
        Write("root/model/registered_model_meta.txt", "a");
        Write("root/model2/b", "b");
        var hashed = await HashAsync("model");
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["a"] = HashOfA,
                ["deep/.hidden"] = HashOfNothing,
                ["registered_model_meta.txt"] = HashOfA,
            },
            hashed!.ToDictionary(file => file.Key, file => file.Value)
        );
    }

    [Fact]
    public async Task A_store_behind_a_server_gives_the_same_map_as_the_folder_it_keeps()
    {
        var remote = new MemoryArtifacts("memory:/x");
        foreach (var (path, text) in new[] { ("model/a", "a"), ("model/deep/b", ""), ("model/registered_model_meta", "x"), ("other", "o") })
        {
            Write("root/" + path, text);
            remote.Files[path] = System.Text.Encoding.UTF8.GetBytes(text);
        }

        foreach (var folder in new[] { "model", "model/deep", "", "other", "absent" })
        {
            var there = await RepositoryHasher.HashAsync(remote, folder, ArtifactHashing.Plain, default);
            var here = await HashAsync(folder);
            Assert.Equal(there is null, here is null);
            Assert.Equal(
                (there?.ToDictionary(file => file.Key, file => file.Value.Digest.Hex) ?? []).OrderBy(
                    file => file.Key,
                    StringComparer.Ordinal
                ),
                (here ?? []).OrderBy(file => file.Key, StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public async Task A_folder_that_is_a_link_within_its_root_is_hashed_also_where_the_root_is_a_link_itself()
    {
        Write("root/real/a", "a");
        Directory.CreateSymbolicLink(Path.Combine(Root, "relative"), "real");
        Directory.CreateSymbolicLink(Path.Combine(Root, "absolute"), Path.Combine(Root, "real"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "alias"), Root);
        foreach (var root in new[] { "root", "alias" })
        {
            foreach (var folder in new[] { "real", "relative", "absolute" })
            {
                var hashed = await RepositoryHasher.HashAsync(
                    new LocalArtifactRepository(ArtifactUri.Parse(Path.Combine(_folder.Path, root))),
                    folder,
                    ArtifactHashing.Plain,
                    default
                );
                Assert.Equal(["a"], hashed!.Keys);
            }
        }
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("climbing")]
    [InlineData("through")]
    [InlineData("nested/below")]
    public async Task A_folder_that_a_link_anywhere_on_its_way_leads_out_of_the_root_is_refused(string folder)
    {
        Write("outside/inner/below/secret", "secret");
        Write("root/nested/own", "a");
        Directory.CreateSymbolicLink(Path.Combine(Root, "direct"), Path.Combine(_folder.Path, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "climbing"), "../outside");

        // The link itself stays inside; what it passes does not.
        Directory.CreateSymbolicLink(Path.Combine(Root, "through"), "direct/inner");
        Directory.CreateSymbolicLink(Path.Combine(Root, "nested", "below"), "../direct/inner/below");
        var failure = await Assert.ThrowsAnyAsync<BadInputException>(() => HashAsync(folder));
        Assert.Equal($"the artifact folder {Path.Combine(Root, folder)} is or passes a link that leads out of {Root}", failure.Message);
    }

    [Fact]
    public async Task A_folder_beside_the_root_whose_name_begins_alike_is_outside()
    {
        Write("root-2/a", "a");
        Directory.CreateDirectory(Root);
        Directory.CreateSymbolicLink(Path.Combine(Root, "model"), "../root-2");
        await Assert.ThrowsAnyAsync<BadInputException>(() => HashAsync("model"));
    }

    [Fact]
    public async Task A_single_file_gives_an_empty_map_and_nothing_at_all_gives_none()
    {
        Write("root/model", "a");
        Assert.Empty((await HashAsync("model"))!);
        Assert.Null(await HashAsync("absent"));
        Directory.CreateDirectory(Path.Combine(Root, "empty"));
        Assert.Empty((await HashAsync("empty"))!);
    }

    [Theory]
    [InlineData("1/run/artifacts", true)]
    [InlineData("a/1/run/artifacts", true)]
    [InlineData("a/b/1/run/artifacts", false)]
    public async Task A_run_whose_folders_are_gone_has_no_files_but_a_store_that_was_moved_is_out_of_reach(string below, bool isKnown)
    {
        // MLflow makes the folders of an experiment, a run and its artifacts when it needs them; above these the place itself must be there.
        var artifacts = new LocalArtifactRepository(ArtifactUri.Parse(Path.Combine(_folder.Path, "mlruns", below)));
        if (isKnown)
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, below.StartsWith('a') ? "mlruns" : ""));
            Assert.Null(await RepositoryHasher.HashAsync(artifacts, "model", ArtifactHashing.Plain, default));
            return;
        }

        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
            RepositoryHasher.HashAsync(artifacts, "model", ArtifactHashing.Plain, default)
        );
        var place = Path.Combine(_folder.Path, "mlruns", "a");
        Assert.Equal(
            $"the artifacts should lie at {Path.Combine(_folder.Path, "mlruns", below)}, and nothing of that path is on this machine",
            failure.Message
        );
        Assert.Equal($"if the store was moved or restored, say where it lies now: --relocate {place}=NEW", Assert.Single(failure.Hints));
    }

    private void Write(string path, string text) => File.WriteAllText(_folder.File(path), text);

    private async Task<Dictionary<string, string>?> HashAsync(string folder) =>
        (
            await RepositoryHasher.HashAsync(new LocalArtifactRepository(ArtifactUri.Parse(Root)), folder, ArtifactHashing.Plain, default)
        )?.ToDictionary(file => file.Key, file => file.Value.Digest.Hex, StringComparer.Ordinal);
}
