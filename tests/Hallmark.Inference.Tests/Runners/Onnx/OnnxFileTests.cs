using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx;
using Hallmark.Inference.Runners.Onnx.Files;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Which file is the model, which files it may name, and what happens with broken ones.</summary>
public sealed class OnnxFileTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    private static readonly OnnxRunnerFactory Factory = new(OnnxModels.Options);

    [Fact]
    public void A_folder_without_MLmodel_is_run_where_it_holds_one_ONNX_file()
    {
        using var folder = new TemporaryFolder();
        Assert.False(Factory.CanRun(new ModelFolder(folder.Path, null)));
        File.WriteAllText(folder.File("deep/er/model.onnx"), "");
        Assert.True(Factory.CanRun(new ModelFolder(folder.Path, null)));
        Assert.Equal(folder.File("deep/er/model.onnx"), OnnxModelFile.Locate(new ModelFolder(folder.Path, null)));
        File.WriteAllText(folder.File("other.onnx"), "");
        Assert.False(Factory.CanRun(new ModelFolder(folder.Path, null)));
        Assert.Equal("onnx", Factory.Kind);
    }

    [Fact]
    public void A_model_of_another_flavor_is_not_run_by_an_ONNX_file_that_is_a_part_of_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("model.onnx"), "");
        Assert.False(Factory.CanRun(new ModelFolder(folder.Path, Describe("""{"python_function":{"data":"model.onnx"}}"""))));
        Assert.False(Factory.CanRun(new ModelFolder(folder.Path, Describe("""{"onnx":null}"""))));
        Assert.False(Factory.CanRun(new ModelFolder(folder.Path, Describe("[]"))));
        Assert.False(Factory.CanRun(new ModelFolder(folder.Path, [])));
        Assert.True(Factory.CanRun(new ModelFolder(folder.Path, Describe("""{"onnx":{"data":"model.onnx"},"python_function":{}}"""))));
    }

    [Theory]
    [InlineData("../model.onnx")]
    [InlineData("sub/../../model.onnx")]
    [InlineData("sub/../inside.onnx")]
    [InlineData("./inside.onnx")]
    [InlineData("/etc/hostname")]
    [InlineData("")]
    [InlineData("sub")]
    [InlineData("sub//inside.onnx")]
    [InlineData("absent.onnx")]
    [InlineData("link.onnx")]
    [InlineData("linked/model.onnx")]
    [InlineData("inside.onnx\0")]
    [InlineData("C:\\model.onnx")]
    public async Task A_flavor_that_names_no_file_of_the_folder_is_refused(string data)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("model.onnx"), "outside");
        File.WriteAllText(folder.File("m/inside.onnx"), "inside");
        File.WriteAllText(folder.File("m/sub/inside.onnx"), "inside");
        File.CreateSymbolicLink(folder.File("m/link.onnx"), folder.File("model.onnx"));
        Directory.CreateSymbolicLink(folder.File("m/linked"), folder.Path);
        var model = new ModelFolder(
            Path.Combine(folder.Path, "m"),
            Describe(new JsonObject { ["onnx"] = new JsonObject { ["data"] = data } }.ToJsonString())
        );

        var failure = await Assert.ThrowsAsync<ModelRunException>(() => Factory.StartAsync(model, CancellationToken.None));

        Assert.EndsWith("which is no file in the model's folder", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flavor_without_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        var failure = await Assert.ThrowsAsync<ModelRunException>(() =>
            Factory.StartAsync(new ModelFolder(folder.Path, Describe("""{"onnx":{"data":7}}""")), CancellationToken.None)
        );
        Assert.Contains("flavors.onnx.data", failure.Message, StringComparison.Ordinal);
    }

    [PeerTheory(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    [InlineData("outside_above", "../weights.bin")]
    [InlineData("outside_absolute", "/etc/hostname")]
    [InlineData("outside_through", "sub/../../weights.bin")]
    [InlineData("outside_constant", "../weights.bin")]
    [InlineData("outside_branch", "../weights.bin")]
    [InlineData("outside_memory", "*/_ORT_MEM_ADDR_/*")]
    public async Task A_model_whose_tensors_lie_outside_of_its_folder_is_refused(string graph, string named)
    {
        using var folder = new TemporaryFolder();
        var copy = models.CopyOfGraph(graph, folder);
        Directory.CreateDirectory(Path.Combine(copy, "sub"));
        File.WriteAllBytes(folder.File("weights.bin"), new byte[16]);

        var failure = await Assert.ThrowsAsync<ModelRunException>(() =>
            Factory.StartAsync(new ModelFolder(copy, null), CancellationToken.None)
        );

        Assert.Equal($"model.onnx keeps tensors in \"{named}\", which is no file beside it", failure.Message);
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task A_model_whose_tensors_lie_in_a_file_beside_it_runs_and_a_link_there_is_refused()
    {
        using var folder = new TemporaryFolder();
        var copy = models.CopyOfGraph("outside_beside", folder);
        var model = new ModelFolder(copy, null);
        await Assert.ThrowsAsync<ModelRunException>(() => Factory.StartAsync(model, CancellationToken.None));

        var weights = new byte[16];
        BitConverter.TryWriteBytes(weights.AsSpan(4), 2.5f);
        File.WriteAllBytes(Path.Combine(copy, "weights.bin"), weights);
        await using (var runner = await Factory.StartAsync(model, CancellationToken.None))
        {
            var output = await runner.RunAsync(ModelInput.Of(JsonNode.Parse("[1,1,1,1]")), CancellationToken.None);
            Assert.Equal("[[1,3.5,1,1]]", output.Value!.ToJsonString());
        }

        File.Move(Path.Combine(copy, "weights.bin"), folder.File("weights.bin"));
        File.CreateSymbolicLink(Path.Combine(copy, "weights.bin"), folder.File("weights.bin"));
        await Assert.ThrowsAsync<ModelRunException>(() => Factory.StartAsync(model, CancellationToken.None));
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task A_truncated_or_changed_model_never_takes_the_process_with_it()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(models.CopyOfGraph("pair", folder), "model.onnx");
        var model = new ModelFolder(Path.GetDirectoryName(path)!, null);
        var whole = File.ReadAllBytes(path);
        var random = new Random(20261121);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            var bytes = round < 100 ? whole[..(whole.Length * round / 100)] : [.. whole];
            if (round >= 100)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(path, bytes);
            try
            {
                await using var runner = await Factory.StartAsync(model, CancellationToken.None);
                await runner.RunAsync(ModelInput.Of(JsonNode.Parse("""{"a":1,"b":2}""")), CancellationToken.None);
            }
            catch (HallmarkException failure)
            {
                // A changed name or type is another model; what cannot be loaded is named.
                Assert.DoesNotContain(folder.Path, failure.Message, StringComparison.Ordinal);
                refused += failure is ModelRunException ? 1 : 0;
            }
        }

        Assert.InRange(refused, 100, 400);
    }

    [PeerTheory(OnnxPeers.Library)]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("<!DOCTYPE html>")]
    [InlineData("\u0008\0\0\0ORTM and more")]
    public async Task What_is_no_ONNX_file_is_refused_by_its_name(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("classifier.onnx"), content);
        var failure = await Assert.ThrowsAsync<ModelRunException>(() =>
            Factory.StartAsync(new ModelFolder(folder.Path, null), CancellationToken.None)
        );
        Assert.StartsWith("classifier.onnx ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, failure.Message, StringComparison.Ordinal);
    }

    private static JsonObject Describe(string flavors) => new() { ["flavors"] = JsonNode.Parse(flavors) };
}
