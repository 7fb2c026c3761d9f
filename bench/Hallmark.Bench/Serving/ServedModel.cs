using System.Globalization;
using Hallmark.Bench.Digests;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Bench.Serving;

/// <summary>A model to be served, and what it is asked.</summary>
/// <param name="Name">What it is, for the line of its figures.</param>
/// <param name="Runner">Runs it.</param>
/// <param name="Body">The request's body.</param>
internal sealed record ServedModel(string Name, IModelRunner Runner, string Body)
{
    private const string Python = "/usr/bin/python3";
    private const int BatchRows = 32;
    private const string Library = "tools/peers/onnxruntime/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1";

    /// <summary>Costs next to nothing, so that the receipts are nearly all that is measured.</summary>
    public static Task<ServedModel> SumAsync(string folder) =>
        Task.FromResult(new ServedModel("sum of 1 row", new SumRunner(), """{"inputs":[[5.1,3.5,1.4,0.2]]}"""));

    /// <summary>The network of 10 MB that <c>tools/models</c> makes, in this process.</summary>
    public static Task<ServedModel> OnnxAsync(string folder, int rows)
    {
        var target = Path.Combine(folder, "mlp");
        if (!Directory.Exists(target))
        {
            Throughput.Run(Python, "tools/models/make_onnx_model.py", "mlp", target);
        }

        return StartAsync(
            $"ONNX 10 MB, {rows} row{(rows > 1 ? "s" : "")}",
            Path.Combine(target, "model"),
            new OnnxRunnerFactory(new OnnxOptions { LibraryPath = Library }),
            rows
        );
    }

    /// <summary>The classifier of scikit-learn that <c>tools/models</c> trains, in a scoring process; its processor time is not counted as the server's.</summary>
    public static Task<ServedModel> SklearnAsync(string folder)
    {
        const string Script = "tools/models/serve_sklearn.py";
        var target = Path.Combine(folder, "sklearn");
        Throughput.Run(Python, Script, "train", target);
        return StartAsync(
            $"scikit-learn process, {BatchRows} rows",
            target,
            new ScoringProcessRunnerFactory(
                new ScoringProcessOptions
                {
                    Command = [Python, Path.GetFullPath(Script), "serve", "-m", "{model}", "--socket", "{socket}"],
                },
                TimeProvider.System
            ),
            BatchRows
        );
    }

    private static async Task<ServedModel> StartAsync(string name, string model, IModelRunnerFactory factory, int rows)
    {
        var folder = new ModelFolder(model, MlModelFile.Parse(await File.ReadAllBytesAsync(Path.Combine(model, "MLmodel"))));
        return new ServedModel(name, await factory.StartAsync(folder, CancellationToken.None), Split(rows));
    }

    // Flowers of the known table, one a row.
    private static string Split(int rows)
    {
        var data = Enumerable
            .Range(0, rows)
            .Select(row => string.Create(CultureInfo.InvariantCulture, $"[{4.5 + row % 30 / 10.0:F1},3.5,1.4,0.2]"));
        return $$$"""{"dataframe_split":{"columns":["sepal_length","sepal_width","petal_length","petal_width"],"data":[{{{string.Join(',', data)}}}]}}""";
    }
}
