using System.Security.Cryptography;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>The contract on artifacts.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public virtual async Task Every_artifact_is_listed_and_comes_byte_for_byte()
    {
        await using var store = Open();
        var run = await FindRun("baseline");
        var artifacts = store.OpenArtifacts(run.ArtifactUri);
        var expected = new SortedDictionary<string, (long Size, string Sha256)>(StringComparer.Ordinal)
        {
            ["config/params.json"] = (139, "b98ff787b64aaf2619195aa42456f3831629c512a99c4ad980cc731efc237420"),
            ["config/params.yaml"] = (26, "e94c46740458729c8216bf765f6502c62ed0d2327f4c689f5f48ca58b8b2d300"),
            ["empty.txt"] = (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ["name with space.csv"] = (8, "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470"),
            ["out/plots/confusion.png"] = (463, "0115e89c5e931d3ceca2f128f76e6c00633876ebb9a9abc20968d88c43eee5ce"),
            ["out/plots/deep/er/blob.bin"] = (10240, "e96760a87768717bcebcfd25ddc7d46b4dbc95a4b0014def080c08539f7d90d0"),
            ["reports/2025/summary.md"] = (56, "7daf008e21b6e971669f7c8d45997bc2888a7c9aa087025e5b4f0ffd0b6876dc"),
            ["данные/файл ü.txt"] = (13, "f682a5ef26796a5f98678d3a028d07c8853e6c5fc01005b55bd95852d00fc917"),
        };
        var listed = await ToList(artifacts.ListFilesAsync("", default));
        Assert.Equal(listed.Select(entry => entry.Path).Order(StringComparer.Ordinal), listed.Select(entry => entry.Path));
        Assert.Equal(expected.Keys, listed.Select(entry => entry.Path).Where(path => !path.StartsWith("model/", StringComparison.Ordinal)));
        Assert.Equal(Ids.IsMlflow3 ? 0 : 5, listed.Count(entry => entry.Path.StartsWith("model/", StringComparison.Ordinal)));
        foreach (var entry in listed.Where(entry => expected.ContainsKey(entry.Path)))
        {
            Assert.True((entry.SizeInBytes ?? 0) == expected[entry.Path].Size, entry.Path); // A server does not say the size of an empty file.
            await using var stream = await artifacts.OpenReadAsync(entry.Path, default);
            Assert.NotNull(stream);
            Assert.Equal(expected[entry.Path].Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream)));
        }
    }

    [Fact]
    public virtual async Task A_folder_of_artifacts_is_listed_by_its_own()
    {
        await using var store = Open();
        var artifacts = store.OpenArtifacts((await FindRun("baseline")).ArtifactUri);
        Assert.Equal(
            ["out/plots/confusion.png", "out/plots/deep/er/blob.bin"],
            (await ToList(artifacts.ListFilesAsync("out/plots", default))).Select(entry => entry.Path)
        );
        Assert.Empty(await ToList(artifacts.ListFilesAsync("no such folder", default)));
        Assert.Empty(await ToList(artifacts.ListFilesAsync("empty.txt", default)));
    }

    [Fact]
    public virtual async Task A_missing_artifact_answers_at_once_and_does_not_cost_four_minutes()
    {
        // The original asked the run's store for a logged model's path, got 500, and retried for 245 seconds.
        await using var store = Open();
        var artifacts = store.OpenArtifacts((await FindRun("tuned")).ArtifactUri);
        Assert.Null(await artifacts.OpenReadAsync("no/such/file.txt", default));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../b")]
    [InlineData("a\\..\\b")]
    [InlineData("a\0b")]
    public virtual async Task An_artifact_path_that_leaves_the_root_is_refused(string path)
    {
        await using var store = Open();
        var artifacts = store.OpenArtifacts((await FindRun("baseline")).ArtifactUri);
        await Assert.ThrowsAsync<MlflowFormatException>(() => artifacts.OpenReadAsync(path, default));
        await Assert.ThrowsAsync<MlflowFormatException>(() => ToList(artifacts.ListFilesAsync(path, default)));
        await Assert.ThrowsAsync<MlflowFormatException>(() => artifacts.PutAsync(path, new byte[1], default));
    }

    [Fact]
    public virtual async Task Artifacts_in_a_place_that_cannot_be_reached_are_unavailable_and_the_message_names_the_scheme()
    {
        await using var store = Open();
        var failure = Assert.Throws<MlflowUnavailableException>(() => store.OpenArtifacts("s3://bucket/run/artifacts"));
        Assert.Contains("s3:", failure.Message);
    }
}
