using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Inference.Loading;
using Hallmark.Ledger;
using Hallmark.Ledger.Outbox;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing.Fixture;
using Hallmark.Mlflow.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;
using Microsoft.Data.Sqlite;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>A copy of a store that a real MLflow wrote, with the two versions that it registered recorded into a real ledger; and a loader that says whether it started anything.</summary>
internal sealed class FixtureScene : IAsyncDisposable
{
    public const string Model = "iris-classifier";
    private readonly TemporaryFolder _folder = new();
    private readonly JsonNode _ids;
    private FixtureMlflowServer? _server;
    private string _root = "";

    private FixtureScene(string fixture)
    {
        Fixture = fixture;
        var ids = fixture.Replace("/http", "/sqlite", StringComparison.Ordinal);
        _ids = JsonNode.Parse(File.ReadAllBytes(ProjectFiles.TestData($"mlflow/{ids}/ids.json")))!;
        Runner = new MarkerRunner(_folder.File("marker"));
        PrivateRoot = Path.Combine(_folder.Path, "private");
    }

    /// <summary>Every version, and every way its store is reached.</summary>
    public static IEnumerable<string> Fixtures =>
        from version in new[] { "2.14", "2.22", "3.6" }
        from store in new[] { "file", "sqlite", "sqlite-direct", "http" }
        select $"{version}/{store}";

    /// <summary>The same, a test for each.</summary>
    public static TheoryData<string> All => [.. Fixtures];

    public static Ed25519PrivateKey Key { get; } = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)7, 32)]);

    public static Ed25519PrivateKey OtherKey { get; } = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)8, 32)]);

    public string Fixture { get; }

    public MarkerRunner Runner { get; }

    public string PrivateRoot { get; }

    public List<string> Warnings { get; } = [];

    public IMlflowStore Store { get; private set; } = null!; // OpenAsync sets it

    public EventLedger Ledger { get; private set; } = null!; // likewise

    public MlflowEventRecorder Recorder => new(Store, Signer, Ledger, new RandomEventIds(), TimeProvider.System, new RecorderOptions());

    public ISigner Signer { get; set; } = Key;

    public ModelLoadOptions Options =>
        new()
        {
            OpenStore = () => Store,
            Runners = [Runner],
            PrivateRoot = PrivateRoot,
            Log = Ledger,
            Warn = Warnings.Add,
        };

    /// <summary>Opens a fixture and records the runs of its two versions, and the versions.</summary>
    public static async Task<FixtureScene> OpenAsync(string fixture, bool isAnchored = true)
    {
        var scene = new FixtureScene(fixture);
        var ledger = new LedgerOptions { Folder = Path.Combine(scene._folder.Path, "ledger"), PublishesByItself = false };
        scene.Ledger = await EventLedger.OpenAsync(ledger, Key, TimeProvider.System, default);
        if (fixture.EndsWith("/http", StringComparison.Ordinal))
        {
            scene._server = await FixtureMlflowServer.StartAsync(fixture.Split('/')[0]);
            scene._root = scene._server.Folder;
        }
        else
        {
            var isFile = fixture.EndsWith("/file", StringComparison.Ordinal);
            scene._root = scene._folder.CopyOf(ProjectFiles.TestData($"mlflow/{fixture}{(isFile ? "/mlruns" : "")}"));
        }

        scene.Store = scene.OpenStore();
        if (isAnchored)
        {
            await scene.AnchorAsync();
        }

        return scene;
    }

    public string Run(string version) => (string)_ids["versions"]![version]!["run_id"]!;

    public string? LoggedModel(string run) => (string?)_ids["logged_models"]![run]!["model_id"];

    /// <summary>Records both versions, and does the write-back.</summary>
    public Task AnchorAsync() => AnchorAsync("1", "2");

    /// <summary>Records these versions, and does the write-back.</summary>
    public async Task AnchorAsync(params string[] versions)
    {
        foreach (var version in versions)
        {
            await Recorder.RecordTrainingAsync(Run(version), new TrainingOptions { AllowEmptyDatasetInputs = true }, default);
            await Recorder.RecordRegistrationAsync(Model, version, new RegistrationOptions(), default);
        }

        await DrainAsync();
    }

    public async Task DrainAsync()
    {
        await using var store = OpenStore();
        using var runner = new OutboxRunner(
            Ledger.Outbox,
            [new MlflowWriteBackHandler((_, _) => Task.FromResult(OpenStore()), kind: WriteBackWork.KindOf(store.Place))],
            new OutboxOptions(),
            TimeProvider.System,
            new Random(1)
        );
        await runner.DrainAsync(default);
    }

    public Task<VerifiedModel> LoadAsync(string uri = $"models:/{Model}/2", ModelLoadOptions? options = null) =>
        VerifiedModel.LoadAsync(uri, options ?? Options, default);

    /// <summary>The folder of a version's files on the disk, wherever the store keeps it.</summary>
    public async Task<string> FolderAsync(string version = "2")
    {
        await using var store = OpenDirectly();
        var found = await store.FindModelVersionAsync(Model, version, default);
        var place = (await LocatedArtifacts.FindAsync(store, found!, default)).Places[0];
        return Path.Combine(place.Repository.LocalRoot!, place.Folder);
    }

    /// <summary>A run's own artifacts on the disk: records and proofs lie below <c>ario/</c>.</summary>
    public async Task<string> RunFolderAsync(string version = "2")
    {
        await using var store = OpenDirectly();
        var run = await store.FindRunAsync(Run(version), default);
        return store.OpenArtifacts(run!.ArtifactUri).LocalRoot!;
    }

    /// <summary>Asserts that loading is refused that way, that nothing was started, and that no copy is left.</summary>
    public async Task<TFailure> RefusedAsync<TFailure>(string what, string uri = $"models:/{Model}/2", ModelLoadOptions? options = null)
        where TFailure : Exception
    {
        var failure = await Record.ExceptionAsync(async () => await LoadAsync(uri, options));
        Assert.True(failure is TFailure, $"{Fixture}, {what}: {failure?.ToString() ?? "was loaded"}");
        Assert.False(Runner.HasStarted, $"{Fixture}, {what}: something was started");
        Assert.True(
            !Directory.Exists(PrivateRoot) || !Directory.EnumerateFileSystemEntries(PrivateRoot).Any(),
            $"{Fixture}, {what}: a copy is left"
        );
        return (TFailure)failure!; // not null, as just asserted
    }

    /// <summary>Ends the MLflow server, as a power cut would.</summary>
    public async Task StopServerAsync()
    {
        await _server!.DisposeAsync(); // only for fixtures with one
        _server = null;
    }

    /// <summary>The same store, opened by somebody who does not know where its artifacts lie now.</summary>
    public IMlflowStore OpenWithoutRelocation() =>
        MlflowStores.Open(new MlflowStoreOptions { TrackingUri = "sqlite:///" + Path.Combine(_root, "mlflow.db") });

    /// <summary>Changes the database behind MLflow's back; <c>$model</c> is the registered model.</summary>
    public void Execute(string sql)
    {
        using var connection = SqliteDatabase.Open(Path.Combine(_root, "mlflow.db"), SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(20));
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$model", Model);
        Assert.True(command.ExecuteNonQuery() > 0, "nothing was changed: " + sql);
    }

    /// <summary>Deletes a version from the registry as MLflow does: a row stays in a database, nothing in a file store.</summary>
    public void DeleteVersion(string version)
    {
        if (Fixture.EndsWith("/file", StringComparison.Ordinal))
        {
            Directory.Delete(Path.Combine(_root, "models", Model, "version-" + version), recursive: true);
        }
        else
        {
            Execute($"UPDATE model_versions SET current_stage = 'Deleted_Internal' WHERE name = $model AND version = {version}");
        }
    }

    public static Func<string, DateTimeOffset?, SignerOpinion> Only(ISigner signer) =>
        (key, _) => new SignerOpinion(key == signer.PublicKey.Hex ? SignerStanding.Trusted : SignerStanding.Refused, Name: null);

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Store.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    private IMlflowStore OpenStore() =>
        _server is null
            ? OpenDirectly()
            : MlflowStores.Open(
                new MlflowStoreOptions
                {
                    TrackingUri = _server.Address,
                    CreateHttpClient = _ => new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }),
                }
            );

    private IMlflowStore OpenDirectly() =>
        MlflowStores.Open(
            Fixture.EndsWith("/file", StringComparison.Ordinal)
                ? new MlflowStoreOptions { TrackingUri = _root, Relocations = [Relocation.Parse("/srv/mlflow/mlruns=" + _root)] }
                : new MlflowStoreOptions
                {
                    TrackingUri = "sqlite:///" + Path.Combine(_root, "mlflow.db"),
                    Relocations =
                    [
                        Relocation.Parse("mlflow-artifacts:/=" + _root + "/artifacts"),
                        Relocation.Parse("/srv/mlflow/direct=" + _root),
                    ],
                }
        );
}
