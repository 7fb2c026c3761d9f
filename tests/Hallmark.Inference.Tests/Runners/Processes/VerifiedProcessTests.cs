using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Inference.Tests.Loading;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>From the model's URI to a prediction: the process gets the verified copy, and nothing before it was verified.</summary>
public sealed class VerifiedProcessTests
{
    [PeerFact("node")]
    public async Task A_model_that_mlflow_wrote_is_served_from_its_verified_copy()
    {
        foreach (var fixture in new[] { "2.14/file", "3.6/sqlite" })
        {
            await using var scene = await FixtureScene.OpenAsync(fixture);
            string folder;
            int id;
            await using (
                var model = await scene.LoadAsync(options: scene.Options with { Runners = [Factory(FaultyServer.Options("where"))] })
            )
            {
                folder = model.Files.Path;
                id = ((ScoringProcessRunner)model.Runner).ProcessId!.Value;
                Assert.Equal(64, model.Files.Hash!.Length);
                Assert.Equal(model.Identity.ArtifactHash, model.Files.Hash);
                Assert.Equal(SklearnModel.Columns, model.Runner.Inputs.Select(field => field.Name));
                Assert.Equal(folder, (await model.Runner.RunAsync(FaultyServer.AnyInput, default)).Value!["model"]!.GetValue<string>());
            }

            Assert.False(ProcessTable.Runs(id));
            Assert.False(Directory.Exists(folder));
        }
    }

    [Fact]
    public async Task Nothing_is_started_on_a_model_that_was_changed()
    {
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite");
        using var folder = new TemporaryFolder();
        var marker = folder.File("marker");
        var options = scene.Options with
        {
            Runners = [Factory(new ScoringProcessOptions { Command = ["touch", marker, "{model}.{port}"] })],
        };
        await File.AppendAllTextAsync(Path.Combine(await scene.FolderAsync(), "model.pkl"), "x");
        await scene.RefusedAsync<IntegrityException>("a changed pickle", options: options);
        Assert.False(File.Exists(marker));
    }

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task A_model_of_scikit_learn_predicts_as_itself_after_it_was_loaded()
    {
        using var folder = new TemporaryFolder();
        var trained = await SklearnModel.TrainAsync(folder);
        await using var scene = await FixtureScene.OpenAsync("3.6/sqlite", isAnchored: false);
        var options = scene.Options with { Runners = [Factory(SklearnModel.Options(usesSocket: true))], AllowsUnanchored = true };
        await using var model = await scene.LoadAsync(trained.Path, options);
        var rows = (JsonArray)JsonNode.Parse("[[5.1,3.5,1.4,0.2],[6.7,3.0,5.2,2.3],[5.9,3.0,4.2,1.5]]")!;
        var columns = new JsonArray([.. SklearnModel.Columns.Select(name => (JsonNode)name)]);
        var input = new ModelInput(InputForm.DataframeSplit, new JsonObject { ["columns"] = columns, ["data"] = rows.DeepClone() });
        Assert.True(
            JsonNode.DeepEquals(await SklearnModel.PredictAsync(trained, rows), (await model.Runner.RunAsync(input, default)).Value)
        );
        Assert.Contains(scene.Warnings, warning => warning.Contains("WITHOUT PROOF", StringComparison.Ordinal));
    }

    private static ScoringProcessRunnerFactory Factory(ScoringProcessOptions options) => new(options, TimeProvider.System);
}
