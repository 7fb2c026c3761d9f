using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Bench.Digests;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx;
using Hallmark.Inference.Runners.Onnx.Inputs;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Bench.Inference;

/// <summary>
/// Runs of small models of scikit-learn's on 150 rows of 4 numbers, in runs per second of processor time: through our binding with a tensor that is ready, beside ONNX Runtime's
/// own binding for Node on the same library; and through the runner, from JSON values to JSON values. Run it from the project's root, after <c>tools/install-peers.sh</c>.
/// </summary>
public sealed class OnnxComparison : IComparison
{
    private const string Peer = "tools/peers/onnxruntime";
    private const string Library = Peer + "/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1";

    /// <inheritdoc />
    public string Name => "onnx";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("hallmark-bench-").FullName;
        try
        {
            foreach (var kind in (string[])["ridge", "forest", "iris"])
            {
                Throughput.Run("/usr/bin/python3", "tools/models/make_onnx_model.py", kind, Path.Combine(folder, kind));
                Compare(kind, Path.Combine(folder, kind, "model"), output);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string kind, string folder, TextWriter output)
    {
        var file = Path.Combine(folder, "model.onnx");
        var options = new OnnxOptions { LibraryPath = Library };
        using var session = OrtSession.Open(OrtLibrary.Load(Library, options.MaxMemoryInBytes), file, threads: 1);
        var builder = new TensorBuilder(OnnxElementType.Float, 600);
        var rows = new JsonArray();
        for (var i = 0; i < 600; i++)
        {
            JsonNode number = i % 17 / 3.0;
            builder.TrySet(i, number, isCsv: false);
            if (i % 4 == 0)
            {
                rows.Add(new JsonArray());
            }

            rows[i / 4]!.AsArray().Add(number); // made just above
        }

        HostValue[] feeds = [HostValue.Of(builder.Build([150, 4]))];
        var bare = ProcessorRate.Best(() => session.Run(feeds, options.MaxElements, options.MaxTensorsInBytes, CancellationToken.None));

        // Node reads no maps.
        var node = kind == "iris" ? 0 : double.Parse(Throughput.Run("node", Peer + "/run-rate.cjs", file), CultureInfo.InvariantCulture);
        var beside = node > 0 ? $"Node's {node, 7:F0}/s   ratio {bare / node:F2}" : "Node's cannot read its maps";

        var model = new ModelFolder(folder, MlModelFile.Parse(File.ReadAllBytes(Path.Combine(folder, "MLmodel"))));
        var runner = new OnnxRunnerFactory(options).StartAsync(model, CancellationToken.None).GetAwaiter().GetResult();
        var batch = Rate(runner, new ModelInput(InputForm.Instances, rows));
        var single = Rate(runner, ModelInput.Of(JsonNode.Parse("[5.1,3.5,1.4,0.2]")));
        runner.DisposeAsync().AsTask().GetAwaiter().GetResult();
        output.WriteLine(
            $"{kind, -7} 150 rows: binding {bare, 7:F0}/s   {beside}   runner, JSON to JSON {batch, 6:F0}/s   1 row: runner {single, 6:F0}/s"
        );
    }

    private static double Rate(IModelRunner runner, ModelInput input) =>
        ProcessorRate.Best(() => runner.RunAsync(input, CancellationToken.None).GetAwaiter().GetResult());
}
