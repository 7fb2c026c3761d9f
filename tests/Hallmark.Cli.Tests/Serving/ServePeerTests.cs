using System.Diagnostics;
using System.Text.Json.Nodes;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>Real models behind <c>hallmark serve</c>, asked by clients that are not ours: curl, and Python's requests.</summary>
public sealed class ServePeerTests
{
    private const string Curl = "curl";
    private const string Python = "/usr/bin/python3";
    private const string Requests = "/usr/lib/python3/dist-packages/requests/__init__.py";
    private const string Sklearn = "/usr/lib/python3/dist-packages/sklearn/linear_model/__init__.py";
    private const string Onnx = "/usr/lib/python3/dist-packages/onnx/helper.py";
    private const string Runtime = "tools/peers/onnxruntime/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1";

    [PeerFact(Curl, Python, Requests, Sklearn, Onnx, Runtime)]
    public async Task An_onnx_model_is_served_to_curl_and_requests_in_every_form()
    {
        using var scene = new CommandScene();
        scene.Environment["HALLMARK_ONNXRUNTIME"] = Path.Combine(ProjectFiles.Root, Runtime);
        await RunAsync(Python, Script("tools/models/make_onnx_model.py"), "ridge", scene.Folder.Path + "/made");

        await AskAllAsync(scene, "onnx", scene.Folder.Path + "/made/model", "--allow-unanchored", "--name", "iris");
    }

    [PeerFact(Curl, Python, Requests, Sklearn, Onnx, Runtime)]
    public async Task An_onnx_model_of_ten_megabytes_is_served()
    {
        using var scene = new CommandScene();
        scene.Environment["HALLMARK_ONNXRUNTIME"] = Path.Combine(ProjectFiles.Root, Runtime);
        await RunAsync(Python, Script("tools/models/make_onnx_model.py"), "mlp", scene.Folder.Path + "/made");
        var model = scene.Folder.Path + "/made/model";
        Assert.True(new DirectoryInfo(model).EnumerateFiles().Sum(file => file.Length) >= 10 << 20);

        using var served = await ServedProcess.StartAsync(scene, model, "--allow-unanchored", "--name", "mlp");
        var answer = await CurlAsync(served, "/invocations", "application/json", """{"inputs":[[5.1,3.5,1.4,0.2]]}""");

        Assert.NotNull(JsonNode.Parse(answer)!["predictions"]);
        Assert.Equal(0, await served.TerminateAsync());
    }

    [PeerFact(Curl, Python, Requests, Sklearn)]
    public async Task A_scoring_process_of_python_is_served_to_curl_and_requests_in_every_form_and_ends_with_us()
    {
        using var scene = new CommandScene();
        var model = scene.Folder.Path + "/model";
        var script = Script("tools/models/serve_sklearn.py");
        await RunAsync(Python, script, "train", model);

        await AskAllAsync(
            scene,
            "process",
            model,
            "--allow-unanchored",
            "--name",
            "iris",
            "--",
            Python,
            script,
            "serve",
            "-m",
            "{model}",
            "--socket",
            "{socket}"
        );
    }

    [PeerFact(Curl, Python, Requests, Sklearn)]
    public async Task An_anchored_version_of_mlflow_is_verified_and_then_served()
    {
        using var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        await scene.ExpectAsync(0, "register", "iris-classifier", "--run", CommandScene.TunedRun);
        var trained = scene.Folder.Path + "/trained";
        await RunAsync(Python, Script("tools/models/serve_sklearn.py"), "train", trained);

        using var served = await ServedProcess.StartAsync(
            scene,
            "models:/iris-classifier/3",
            "--",
            "/bin/sh",
            "-c",
            "test -f \"$1/MLmodel\" && exec \"$2\" \"$3\" serve -m \"$4\" --socket \"$5\"",
            "sh",
            "{model}",
            Python,
            Script("tools/models/serve_sklearn.py"),
            trained,
            "{socket}"
        );
        var answer = await CurlAsync(
            served,
            "/invocations",
            "text/csv",
            "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n"
        );

        Assert.True(served.Announced["artifact_verified"]!.GetValue<bool>());
        Assert.Equal("3", served.Announced["version"]!.GetValue<string>());
        Assert.Equal("""{"predictions":[0]}""", answer);
        Assert.Equal(0, await served.TerminateAsync());
    }

    private static async Task AskAllAsync(CommandScene scene, string runner, params string[] arguments)
    {
        using var served = await ServedProcess.StartAsync(scene, arguments);
        Assert.Equal(runner, served.Announced["runner"]!.GetValue<string>());

        var split =
            """{"dataframe_split":{"columns":["sepal_length","sepal_width","petal_length","petal_width"],"data":[[5.1,3.5,1.4,0.2],[6.7,3.0,5.2,2.3]]}}""";
        var first = await CurlAsync(served, "/invocations", "application/json", split);
        var csv = await CurlAsync(
            served,
            "/invocations",
            "text/csv; charset=utf-8",
            "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n6.7,3.0,5.2,2.3\n"
        );
        var asked = await RunAsync(Python, Script("tests/Hallmark.Cli.Tests/Serving/ask.py"), served.Address.ToString(), "iris");

        Assert.NotNull(JsonNode.Parse(first)!["predictions"]);
        Assert.Equal(first, csv);
        Assert.Equal("every form was answered alike, each with a receipt", asked.Trim());
        Assert.Equal(0, await served.TerminateAsync());
        await scene.ExpectAsync(0, "ledger", "verify");
    }

    private static Task<string> CurlAsync(ServedProcess served, string path, string type, string body) =>
        RunAsync(
            Curl,
            "--silent",
            "--show-error",
            "--fail-with-body",
            "-H",
            "Content-Type: " + type,
            "--data-binary",
            body,
            new Uri(served.Address, path).ToString()
        );

    private static string Script(string path) => Path.Combine(ProjectFiles.Root, path);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        var (text, complaints) = (await output, await errors);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {complaints} {text}");
        return text;
    }
}
