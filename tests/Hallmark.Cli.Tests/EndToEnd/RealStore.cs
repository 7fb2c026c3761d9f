using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.RestStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing.Fixture;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>A copy of a store that a real MLflow wrote, reached as its users would reach it, and a home with a ledger of its own. The rest of it tampers.</summary>
internal sealed partial class RealStore : IAsyncDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly string[] _options;
    private FixtureMlflowServer? _server;
    private readonly IReadOnlyList<string> _relocations;
    private readonly JsonElement _ids;

    private RealStore(string name, FixtureMlflowServer? server)
    {
        var (version, kind) = (name.Split('/')[0], name.Split('/')[1]);
        Name = name;
        _server = server;
        IsFile = kind == "file";
        var source = ProjectFiles.TestData($"mlflow/{version}/{(server is null ? kind : "sqlite")}");
        using (var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(source, "ids.json"))))
        {
            _ids = document.RootElement.Clone();
        }

        Folder = server?.Folder ?? _temporary.CopyOf(IsFile ? Path.Combine(source, "mlruns") : source, "store");
        TrackingUri = server?.Address ?? (IsFile ? Folder : "sqlite:///" + DatabasePath);
        _relocations = kind switch
        {
            "file" => ["/srv/mlflow/mlruns=" + Folder],
            "sqlite" => ["mlflow-artifacts:/=" + Folder + "/artifacts"],
            "sqlite-direct" => ["/srv/mlflow/direct=" + Folder],
            _ => [],
        };

        // Both ways to say where a moved store lies now: the settings file, and the option.
        _options = kind == "sqlite-direct" ? ["--relocate", _relocations[0]] : [];
        Shell = Somebody("home");
    }

    /// <summary>MLflow's version and the kind of store, for every fixture; <c>http</c> is the server over the database of <c>sqlite</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. new[] { "2.14", "2.22", "3.6" }.SelectMany(
            _ => new[] { "file", "sqlite", "sqlite-direct", "http" },
            (version, kind) => version + "/" + kind
        ),
    ];

    /// <summary>The same, as a theory's rows.</summary>
    public static TheoryData<string> All => [.. Names];

    public string Name { get; }

    public string Folder { get; }

    public string TrackingUri { get; }

    public Shell Shell { get; }

    public bool IsFile { get; }

    public string DatabasePath => Path.Combine(Folder, "mlflow.db");

    /// <summary>The names that the fixtures' script gave its runs, and their ids.</summary>
    public IReadOnlyDictionary<string, string> Runs =>
        _ids.GetProperty("runs").EnumerateObject().ToDictionary(run => run.Name, run => run.Value.GetString()!);

    /// <summary>The run with parameters, metrics with a history, two datasets and a model.</summary>
    public string Tuned => Runs["tuned"];

    /// <summary>The folder of a run's artifacts on the disk.</summary>
    public string ArtifactsOf(string runId) =>
        Path.Combine(
            Directory
                .EnumerateDirectories(Folder, runId, SearchOption.AllDirectories)
                .Single(folder => !folder.Contains("/traces/", StringComparison.Ordinal)),
            "artifacts"
        );

    /// <summary>The folder of a run's model on the disk: below the run on MLflow 2, a logged model's own on 3.</summary>
    public string ModelOf(string run)
    {
        var model = _ids.GetProperty("logged_models").GetProperty(run);
        return model.GetProperty("model_id").GetString() is { } id
            ? Path.Combine(
                Directory
                    .EnumerateDirectories(Folder, id, SearchOption.AllDirectories)
                    .Single(folder => Path.GetFileName(Path.GetDirectoryName(folder)) == "models"),
                "artifacts"
            )
            : Path.Combine(ArtifactsOf(Runs[run]), model.GetProperty("artifact_path").GetString()!);
    }

    public static async Task<RealStore> CopyAsync(string name) =>
        new(name, name.EndsWith("/http", StringComparison.Ordinal) ? await FixtureMlflowServer.StartAsync(name.Split('/')[0]) : null);

    /// <summary>The store as another program of ours would open it.</summary>
    public IMlflowStore Open() =>
        MlflowStores.Open(
            new MlflowStoreOptions
            {
                TrackingUri = TrackingUri,
                Relocations = [.. _relocations.Select(Relocation.Parse)],
                CreateHttpClient = _ => new HttpClient(MlflowServerHandler.Create(allowInsecureTls: false)),
            }
        );

    /// <summary>Somebody with a home, a key and a ledger of their own, working on this store.</summary>
    public Shell Somebody(string name)
    {
        var home = Directory.CreateDirectory(Path.Combine(_temporary.Path, name)).FullName;
        if (_options.Length == 0 && _relocations.Count > 0)
        {
            File.WriteAllText(
                Path.Combine(home, "hallmark.json"),
                new JsonObject { ["relocate"] = new JsonArray([.. _relocations.Select(rule => JsonValue.Create(rule))]) }.ToJsonString()
            );
        }

        return new Shell(home, TrackingUri, _options);
    }

    /// <summary>Somebody who works on this store from a home that another store has too.</summary>
    public Shell In(string home) => new(home, TrackingUri, [.. _relocations.SelectMany(rule => new[] { "--relocate", rule })]);

    /// <summary>Stops the server, as an outage would.</summary>
    public async Task StopServerAsync()
    {
        await _server!.DisposeAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _temporary.Dispose();
    }
}
