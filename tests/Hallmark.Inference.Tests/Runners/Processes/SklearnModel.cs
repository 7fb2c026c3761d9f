using System.Diagnostics;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>A model of Debian's scikit-learn, trained when the first test asks for it and served by <c>tools/models/serve_sklearn.py</c>.</summary>
internal static class SklearnModel
{
    public const string Python = "/usr/bin/python3";
    public const string Sklearn = "/usr/lib/python3/dist-packages/sklearn/__init__.py";
    private static readonly string Script = Path.Combine(ProjectFiles.Root, "tools/models/serve_sklearn.py");

    /// <summary>The columns of the classifier, in their order.</summary>
    public static readonly IReadOnlyList<string> Columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"];

    /// <summary>Where the process is to listen: a port, or a socket.</summary>
    public static ScoringProcessOptions Options(bool usesSocket = false) =>
        new()
        {
            Command = usesSocket
                ? [Python, Script, "serve", "-m", "{model}", "--socket", "{socket}"]
                : [Python, Script, "serve", "-m", "{model}", "-h", "{host}", "-p", "{port}"],
            FirstPause = TimeSpan.FromMilliseconds(50),
            StartTimeout = TimeSpan.FromMinutes(15),
            StopTimeout = TimeSpan.FromMinutes(2),
        };

    /// <summary>Trains a model into a new folder.</summary>
    public static async Task<ModelFolder> TrainAsync(TemporaryFolder parent, string kind = "classifier")
    {
        var folder = parent.File(kind);
        await RunAsync("", "train", folder, "--kind", kind);
        return new ModelFolder(folder, await MlModelFile.FindAsync(folder, CancellationToken.None));
    }

    /// <summary>What scikit-learn itself predicts for rows.</summary>
    public static async Task<JsonArray> PredictAsync(ModelFolder model, JsonArray rows) =>
        (JsonArray)JsonNode.Parse(await RunAsync(rows.ToJsonString(), "predict", model.Path))!;

    private static async Task<string> RunAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments.Prepend(Script))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }
}
