using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>A folder with a home and a store of one test's own, and the program, run in this process as it is run from a shell.</summary>
internal sealed class CommandScene : IDisposable
{
    public const string TunedRun = "881f3dedcc6846dab35f536d068c2583";
    public const string TunedModel = "885861831355896768/models/m-1b6fd54756994378888da818ce95cc01/artifacts";

    public CommandScene() =>
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = Folder.File("user/.profile")[..^"/.profile".Length],
            ["HALLMARK_HOME"] = Home,
        };

    public TemporaryFolder Folder { get; } = new();

    public MovableClock Clock { get; } = new();

    public Dictionary<string, string> Environment { get; }

    public string Home => Path.Combine(Folder.Path, "home");

    public string Store => Path.Combine(Folder.Path, "mlruns");

    /// <summary>Copies the store that a real MLflow 3.6 wrote into the scene and makes it the store of every command.</summary>
    public CommandScene WithStore(params string[] anchors)
    {
        Folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        Environment["MLFLOW_TRACKING_URI"] = Store;
        return WithSettings(
            new JsonObject
            {
                ["relocate"] = new JsonArray("/srv/mlflow/mlruns=" + Store),
                ["anchors"] = new JsonArray([
                    .. anchors.Select(folder =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["name"] = Path.GetFileName(folder),
                                ["type"] = "checkpoint-file",
                                ["folder"] = folder,
                            }
                    ),
                ]),
            }
        );
    }

    public CommandScene WithSettings(JsonObject settings)
    {
        File.WriteAllText(Folder.File("home/hallmark.json"), settings.ToJsonString());
        return this;
    }

    public string RunFolder(string runId = TunedRun) => Path.Combine(Store, "885861831355896768", runId);

    public Task<Ended> RunAsync(params string[] arguments) => RunAsync(arguments, CancellationToken.None);

    public Task<Ended> RunAsync(string[] arguments, CancellationToken stop) => RunAsync(arguments, _ => { }, stop);

    /// <summary>Runs a command; each line that it writes is heard before it goes on.</summary>
    public async Task<Ended> RunAsync(string[] arguments, Action<string> hear, CancellationToken stop)
    {
        using var output = new HeardWriter(hear);
        using var error = new HeardWriter(hear);
        var terminal = new Terminal(output, error, isOutputTerminal: false, isErrorTerminal: false, Environment);
        var code = await new HallmarkProgram(terminal, Clock).RunAsync(arguments, stop);
        return new Ended(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must end so.</summary>
    public async Task<Ended> ExpectAsync(int code, params string[] arguments)
    {
        var ended = await RunAsync(arguments);
        Assert.True(code == ended.Code, $"hallmark {string.Join(' ', arguments)}: expected {code}, {ended}");
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        return ended;
    }

    public async Task<JsonNode> JsonAsync(int code, params string[] arguments) =>
        JsonNode.Parse((await ExpectAsync(code, [.. arguments, "--json"])).Out)!;

    /// <summary>Runs a command that must be refused: one <c>error:</c> line, then hints, nothing on standard output, nothing written anywhere below the folder.</summary>
    public async Task<Ended> RefuseAsync(int code, params string[] arguments)
    {
        var before = FolderTree.Of(Folder.Path);
        var ended = await ExpectAsync(code, arguments);
        var lines = ended.Error.TrimEnd('\n').Split('\n');
        Assert.True(lines[0].StartsWith("error: ", StringComparison.Ordinal), ended.ToString());
        Assert.True(
            lines
                .Skip(1)
                .All(line => line.StartsWith("hint: ", StringComparison.Ordinal) || line.StartsWith("  ", StringComparison.Ordinal)),
            ended.ToString()
        );
        Assert.Equal("", ended.Out);
        Assert.Equal(before, FolderTree.Of(Folder.Path));
        return ended;
    }

    public void Dispose() => Folder.Dispose();
}
