using System.Diagnostics;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Models that the scripts make when a test first asks for them, in a folder that goes with the fixture.</summary>
public sealed class OnnxModels : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _graphs;
    private readonly Dictionary<string, string> _trained = [];
    private readonly Lock _guard = new();

    public OnnxModels() =>
        _graphs = new Lazy<string>(() =>
            Make("tests/Hallmark.Inference.Tests/Runners/Onnx/graphs.py", null, Path.Combine(_folder.Path, "graphs"))
        );

    /// <summary>The library that the peers bring, and a bound of memory, one for this process, that a run can be told to go beyond.</summary>
    public static OnnxOptions Options { get; } =
        new() { LibraryPath = Path.Combine(ProjectFiles.Root, OnnxPeers.Library), MaxMemoryInBytes = 512 << 20 };

    /// <summary>The folder of one of the small graphs; it has no <c>MLmodel</c>.</summary>
    public ModelFolder Graph(string name, string? mlmodel = null) =>
        new(Path.Combine(_graphs.Value, name), mlmodel is null ? null : MlModelFile.Parse(System.Text.Encoding.UTF8.GetBytes(mlmodel)));

    /// <summary>A model that scikit-learn trained, in MLflow's layout.</summary>
    public ModelFolder Trained(string kind)
    {
        var model = Path.Combine(FolderOf(kind), "model");
        return new ModelFolder(model, MlModelFile.Parse(File.ReadAllBytes(Path.Combine(model, "MLmodel"))));
    }

    /// <summary>The inputs and scikit-learn's answers for them.</summary>
    public JsonObject Expected(string kind) => JsonNode.Parse(File.ReadAllText(Path.Combine(FolderOf(kind), "expected.json")))!.AsObject();

    /// <summary>A copy of a graph's folder that a test may change.</summary>
    public string CopyOfGraph(string name, TemporaryFolder target) => target.CopyOf(Graph(name).Path, name);

    /// <summary>Starts a runner.</summary>
    internal static Task<IModelRunner> StartAsync(ModelFolder model, OnnxOptions? options = null) =>
        new OnnxRunnerFactory(options ?? Options).StartAsync(model, CancellationToken.None);

    /// <summary>Starts a runner on a graph.</summary>
    internal Task<IModelRunner> StartGraphAsync(string name, string? mlmodel = null) => StartAsync(Graph(name, mlmodel));

    public void Dispose() => _folder.Dispose();

    private string FolderOf(string kind)
    {
        lock (_guard)
        {
            return _trained.TryGetValue(kind, out var folder)
                ? folder
                : _trained[kind] = Make("tools/models/make_onnx_model.py", kind, Path.Combine(_folder.Path, kind));
        }
    }

    private static string Make(string script, string? kind, string target)
    {
        var start = new ProcessStartInfo(OnnxPeers.Python) { RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(ProjectFiles.Root, script));
        if (kind is not null)
        {
            start.ArgumentList.Add(kind);
        }

        start.ArgumentList.Add(target);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{script} {kind}: {errors}");
        return target;
    }
}
