using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx;
using Hallmark.Inference.Tests.Loading;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>From a registered and anchored version to an answer: a classifier of scikit-learn's, in stores that real MLflow servers wrote.</summary>
public sealed class OnnxVerifiedModelTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    [InlineData("2.22/sqlite-direct")]
    [InlineData("3.6/file")]
    public async Task An_anchored_version_answers_from_its_private_copy_though_the_original_is_swapped(string fixture)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture, isAnchored: false);
        var folder = await ReplaceAsync(scene, "iris");
        await scene.AnchorAsync();

        await using var model = await scene.LoadAsync(options: scene.Options with { Runners = [Factory, scene.Runner] });
        Assert.Equal("onnx", model.Runner.Kind);
        File.Copy(Path.Combine(models.Trained("ridge").Path, "model.onnx"), Path.Combine(folder, "model.onnx"), overwrite: true);

        Assert.Equal("[0,1,2]", await LabelsAsync(model.Runner));
        Assert.True(model.Identity.ArtifactVerified);
        Assert.False(scene.Runner.HasStarted);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage, OnnxPeers.SklearnPackage)]
    public async Task A_version_of_which_any_bit_was_changed_is_refused_before_ONNX_Runtime_sees_it()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/file", isAnchored: false);
        var path = Path.Combine(await ReplaceAsync(scene, "iris"), "model.onnx");
        await scene.AnchorAsync();
        var options = scene.Options with { Runners = [Factory] };
        var whole = await File.ReadAllBytesAsync(path);
        for (var at = 0; at < whole.Length; at += 37)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            await File.WriteAllBytesAsync(path, changed);
            var refusal = await scene.RefusedAsync<IntegrityException>($"changed at {at}", options: options);
            Assert.EndsWith("model.onnx", Assert.Single(refusal.Differences).What, StringComparison.Ordinal);
        }

        await File.WriteAllBytesAsync(path, whole);
        await using var model = await scene.LoadAsync(options: options);
        Assert.Equal("[0,1,2]", await LabelsAsync(model.Runner));
    }

    private static OnnxRunnerFactory Factory => new(OnnxModels.Options);

    // In place of the files that the server logged, before anything is recorded about them.
    private async Task<string> ReplaceAsync(FixtureScene scene, string kind)
    {
        var folder = await scene.FolderAsync();
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(models.Trained(kind).Path))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    private static async Task<string> LabelsAsync(IModelRunner runner)
    {
        var rows = JsonNode.Parse("[[5.1,3.5,1.4,0.2],[6.0,2.7,4.5,1.3],[6.7,3.0,5.9,2.3]]");
        var output = await runner.RunAsync(new ModelInput(InputForm.Instances, rows), CancellationToken.None);
        return output.Value!["label"]!.ToJsonString();
    }
}
