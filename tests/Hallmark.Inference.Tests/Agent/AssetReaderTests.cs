using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Inference.Agent;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Agent;

public sealed class AssetReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_counts_every_file_and_an_mlflow_model_as_its_training_event_does()
    {
        File.WriteAllText(_folder.File("m/MLmodel"), "flavors: {}");
        File.WriteAllText(_folder.File("m/data/model.pkl"), "weights");
        File.WriteAllText(_folder.File("m/registered_model_meta"), "name: m");
        var (folder, model) = (await LookAsync(AssetKind.Folder, "m"), await LookAsync(AssetKind.MlflowModel, "m"));
        Assert.Equal(MapHash(("MLmodel", "flavors: {}"), ("data/model.pkl", "weights"), ("registered_model_meta", "name: m")), folder.Hash);
        Assert.Equal(MapHash(("MLmodel", "flavors: {}"), ("data/model.pkl", "weights")), model.Hash);
        Assert.Equal((25, 18), (folder.SizeInBytes, model.SizeInBytes));
    }

    [Fact]
    public async Task A_file_whose_bytes_are_a_folders_canonical_map_is_not_taken_for_the_folder()
    {
        File.WriteAllText(_folder.File("m/a"), "1");
        var registered = (await LookAsync(AssetKind.Folder, "m")).Hash;
        Directory.Delete(Path.Combine(_folder.Path, "m"), recursive: true);
        File.WriteAllText(_folder.File("m"), "{\"a\":\"" + Sha256("1") + "\"}");
        Assert.Equal(registered, (await LookAsync(AssetKind.File, "m")).Hash);
        Assert.Equal((null, true), Found(await LookAsync(AssetKind.Folder, "m")));
    }

    [Fact]
    public async Task Nothing_an_empty_folder_a_broken_link_and_another_kind_are_absence()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), "nowhere");
        File.WriteAllText(_folder.File("full/file"), "x");
        Assert.Equal((null, true), Found(await LookAsync(AssetKind.File, "none")));
        Assert.Equal((null, true), Found(await LookAsync(AssetKind.Folder, "none")));
        Assert.Equal((null, true), Found(await LookAsync(AssetKind.Folder, "empty")));
        Assert.Equal((null, true), Found(await LookAsync(AssetKind.File, "link")));
        Assert.Equal((null, true), Found(await LookAsync(AssetKind.File, "full")));
    }

    [Fact]
    public async Task A_pipe_or_a_broken_link_inside_a_folder_is_not_the_folders_absence()
    {
        File.WriteAllText(_folder.File("m/file"), "x");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "m", "link"), "nowhere");
        Assert.Equal((null, false), Found(await LookAsync(AssetKind.Folder, "m")));
        File.Delete(Path.Combine(_folder.Path, "m", "link"));
        using (var pipe = Process.Start("mkfifo", [Path.Combine(_folder.Path, "m", "pipe")])!)
        {
            await pipe.WaitForExitAsync();
        }

        Assert.Equal((null, false), Found(await LookAsync(AssetKind.Folder, "m")));
    }

    private static (string? Hash, bool IsAbsent) Found(AssetSight sight)
    {
        Assert.NotNull(sight.Remark);
        return (sight.Hash, sight.IsAbsent);
    }

    private Task<AssetSight> LookAsync(AssetKind kind, string name) =>
        AssetReader.LookAsync(
            new WatchedAsset("m", 0, kind, Path.Combine(_folder.Path, name), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), 3),
            CancellationToken.None
        );

    private static string MapHash(params (string Path, string Content)[] files) =>
        CanonicalJson.Sha256Hex(new JsonObject(files.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Path, Sha256(f.Content)))));

    private static string Sha256(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
