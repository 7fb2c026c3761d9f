using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>What a model may take of this process's memory. Alone, since it is the whole process that is measured.</summary>
[Collection(AloneCollection.Name)]
public sealed class OnnxMemoryTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    private const int Megabyte = 1 << 20;

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Runs_of_growing_shapes_give_back_what_they_took()
    {
        await using var runner = await models.StartGraphAsync("swollen");
        var before = await AfterRunAsync(runner, floats: 1000);

        // Up to 240 MB twice, each in a shape that was not there before. The C library keeps some tens of megabytes of what it was given back.
        for (var floats = 4_000_000; floats <= 60_000_000; floats += 4_000_001)
        {
            await RunAsync(runner, floats);
        }

        var after = await AfterRunAsync(runner, floats: 1000);
        Assert.True(after < before + (200L * Megabyte), $"from {before / Megabyte} MB to {after / Megabyte} MB");
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task A_run_that_asks_for_more_than_models_may_take_is_an_error_and_the_next_one_runs()
    {
        await using var runner = await models.StartGraphAsync("swollen");
        foreach (var floats in new[] { 200_000_000, 1_000_000_000, 1L << 40 })
        {
            var failure = await Assert.ThrowsAsync<ModelRunException>(() => RunAsync(runner, floats));
            Assert.StartsWith(
                "model.onnx asks for more memory than is left of the 536870912 bytes that ONNX models may take here: ",
                failure.Message,
                StringComparison.Ordinal
            );
            Assert.Equal(3, failure.ExitCode);
            await RunAsync(runner, 1_000_000);
        }
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Inputs_are_bounded_by_their_bytes_before_the_model_runs()
    {
        await using var numbers = await OnnxModels.StartAsync(models.Graph("pair"), OnnxModels.Options with { MaxTensorsInBytes = 16 });
        await numbers.RunAsync(Pair("[[1],[2]]"), CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<ModelInputException>(() => numbers.RunAsync(Pair("[[1],[2],[3]]"), CancellationToken.None));
        Assert.Equal("the inputs are 24 bytes as tensors; at most 16 go to the model", refusal.Message);

        await using var words = await OnnxModels.StartAsync(models.Graph("words"), OnnxModels.Options with { MaxTensorsInBytes = 80 });
        await words.RunAsync(ModelInput.Of(JsonNode.Parse("""["eins"]""")), CancellationToken.None);
        await Assert.ThrowsAsync<ModelInputException>(() =>
            words.RunAsync(new ModelInput(InputForm.Instances, JsonNode.Parse("""[["eins"],["zwei"],["drei"]]""")), CancellationToken.None)
        );

        static ModelInput Pair(string rows) => new(InputForm.Inputs, JsonNode.Parse($$"""{"a":{{rows}},"b":{{rows}}}"""));
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Outputs_are_bounded_by_their_bytes_at_the_start_where_the_graph_says_them_and_else_when_they_are_read()
    {
        var declared = await Assert.ThrowsAsync<ModelRunException>(() => models.StartGraphAsync("declared"));
        Assert.Equal("model.onnx declares outputs of 4398046511104 bytes and more; at most 268435456 are read", declared.Message);

        await using var runner = await OnnxModels.StartAsync(models.Graph("growing"), OnnxModels.Options with { MaxTensorsInBytes = 4000 });
        await RunAsync(runner, 1000);
        var failure = await Assert.ThrowsAsync<ModelRunException>(() => RunAsync(runner, 1001));
        Assert.Equal("the answer of model.onnx cannot be used: the outputs have more than 4000 bytes", failure.Message);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task The_bound_is_one_for_the_process_and_another_one_is_refused()
    {
        await using var runner = await models.StartGraphAsync("swollen");
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            OnnxModels.StartAsync(models.Graph("swollen"), OnnxModels.Options with { MaxMemoryInBytes = Megabyte })
        );
        Assert.Contains("share 536870912 bytes", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<long> AfterRunAsync(IModelRunner runner, long floats)
    {
        await RunAsync(runner, floats);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static Task<ModelOutput> RunAsync(IModelRunner runner, long length) =>
        runner.RunAsync(
            new ModelInput(
                InputForm.Inputs,
                JsonNode.Parse(length.ToString(CultureInfo.InvariantCulture)) is { } number ? new JsonArray(number) : null
            ),
            CancellationToken.None
        );
}
