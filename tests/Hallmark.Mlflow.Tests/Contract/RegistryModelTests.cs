using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.SqlStore;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>
/// Registries beside plain dictionaries: whatever is made, tagged, promoted, aliased or refused in whatever order, each store holds what the dictionaries hold, refuses what they
/// cannot take, and says so with the same kind of failure.
/// </summary>
public sealed class RegistryModelTests
{
    private const int Rounds = 4;
    private const int Steps = 60;
    private static readonly string[] Names = ["scorer", "Scorer", "modèle – 模型 🦆", "a b"];
    private static readonly string[] Keys = ["k", "K", "a/b", "ключ", "with space"];
    private static readonly string[] Values = ["", " ", "v", "zwei\nZeilen", "e\u0301", "\u00e9", "🦆", "null", "'\"\\", "\u202etxt"];
    private static readonly string[] Aliases = ["champion", "Champion", "v-1", "模型", "_"];
    private static readonly string[] Stages = ["none", "STAGING", "Production", "archived", "Deleted_Internal", ""];

    [Theory]
    [InlineData("file")]
    [InlineData("2.14")]
    [InlineData("2.22")]
    [InlineData("3.6")]
    public async Task Any_sequence_of_changes_leaves_what_plain_dictionaries_would_hold(string kind)
    {
        for (var seed = 0; seed < Rounds; seed++)
        {
            await RunAsync(kind, new Random(20261121 + seed));
        }
    }

    [Theory]
    [InlineData("file")]
    [InlineData("3.6")]
    public async Task After_the_last_number_there_is_no_next_version_and_nothing_is_made(string kind)
    {
        using var place = new Place(kind);
        await using var store = place.Open();
        await store.CreateRegisteredModelAsync("full", default);
        await store.CreateModelVersionAsync("full", "s3://bucket/x", null, default);
        place.Renumber("full", "1", int.MaxValue.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("2147483647", Assert.Single(await store.ListModelVersionsAsync("full", default)).Version);

        var refusal = await Assert.ThrowsAsync<BadInputException>(() =>
            store.CreateModelVersionAsync("full", "s3://bucket/x", null, default)
        );
        Assert.Contains("full", refusal.Message, StringComparison.Ordinal);
        Assert.Single(await store.ListModelVersionsAsync("full", default));
    }

    private static async Task RunAsync(string kind, Random random)
    {
        using var place = new Place(kind);
        var model = new SortedDictionary<string, Model>(StringComparer.Ordinal);
        var store = place.Open();
        try
        {
            for (var step = 0; step < Steps; step++)
            {
                if (random.Next(12) == 0)
                {
                    await store.DisposeAsync();
                    store = place.Open();
                }

                var (real, expected) = Change(store, model, random, step);
                await SameAsync(real, expected);
                if (step % 6 == 5)
                {
                    await CompareAsync(store, model);
                }
            }
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    // One change: what the store is asked to do, and what the dictionaries say of it; the failure they foresee, or null.
    private static (Func<Task> Real, Func<Type?> Expected) Change(
        IMlflowStore store,
        SortedDictionary<string, Model> model,
        Random random,
        int step
    )
    {
        var name = One(Names);
        var version = random.Next(1, 5).ToString(CultureInfo.InvariantCulture);
        var (key, value, alias, stage) = (One(Keys), One(Values), One(Aliases), One(Stages));
        var known = model.GetValueOrDefault(name);
        var number = known?.Versions.FirstOrDefault(item => item.Number == version);
        switch (random.Next(9))
        {
            case 0:
                return (
                    () => store.CreateRegisteredModelAsync(name, default),
                    () => model.TryAdd(name, new Model()) ? null : typeof(MlflowConflictException)
                );
            case 1 or 2:
                var run = random.Next(2) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{step:x32}");
                var source = $"s3://bucket/{step} é";
                return (
                    () => store.CreateModelVersionAsync(name, source, run, default),
                    () =>
                        Known(() =>
                            known!.Versions.Add(new Version($"{known.Versions.Count + 1}") { Source = source, RunId = run }) // Known looked
                        )
                );
            case 3:
                return (() => store.SetRegisteredModelTagAsync(name, key, value, default), () => Known(() => known!.Tags[key] = value)); // likewise
            case 4:
                return (
                    () => store.SetModelVersionTagAsync(name, version, key, value, default),
                    () => KnownVersion(() => number!.Tags[key] = value) // likewise
                );
            case 5:
                return (
                    () => store.SetAliasAsync(name, alias, version, default),
                    () => KnownVersion(() => known!.Aliases[alias] = version) // likewise
                );
            case 6:
                return (() => store.DeleteAliasAsync(name, alias, default), () => Known(() => known!.Aliases.Remove(alias))); // likewise
            default:
                var archives = random.Next(2) == 0;
                return (
                    () => store.TransitionStageAsync(name, version, stage, archives, default),
                    () => Transition(known, number, stage, archives)
                );
        }

        string One(string[] of) => of[random.Next(of.Length)];
        Type? Known(Action change) => Done(known is not null, change);
        Type? KnownVersion(Action change) => Done(number is not null, change);
        static Type? Done(bool isThere, Action change)
        {
            if (isThere)
            {
                change();
            }

            return isThere ? null : typeof(MlflowNotFoundException);
        }
    }

    private static Type? Transition(Model? model, Version? version, string stage, bool archives)
    {
        var canonical = new[] { "None", "Staging", "Production", "Archived" }.FirstOrDefault(known =>
            known.Equals(stage, StringComparison.OrdinalIgnoreCase)
        );
        if (canonical is null || (archives && canonical is "None" or "Archived"))
        {
            return typeof(BadInputException);
        }

        if (version is null)
        {
            return typeof(MlflowNotFoundException);
        }

        foreach (var other in model!.Versions.Where(other => archives && other != version && other.Stage == canonical)) // a version has a model
        {
            other.Stage = "Archived";
        }

        version.Stage = canonical;
        return null;
    }

    private static async Task SameAsync(Func<Task> real, Func<Type?> expected)
    {
        var foreseen = expected();
        if (foreseen is null)
        {
            await real();
            return;
        }

        var failure = await Assert.ThrowsAnyAsync<HallmarkException>(real);
        Assert.True(foreseen.IsInstanceOfType(failure), $"{foreseen.Name} foreseen, but {failure.GetType().Name}: {failure.Message}");
        Assert.DoesNotContain('\n', failure.Message);
    }

    private static async Task CompareAsync(IMlflowStore store, SortedDictionary<string, Model> model)
    {
        var models = (await store.ListRegisteredModelsAsync(default)).Where(found => Names.Contains(found.Name)).ToList();
        Assert.Equal(model.Keys, models.Select(found => found.Name));
        foreach (var found in models)
        {
            var expected = model[found.Name];
            Assert.Equal(expected.Tags, Sorted(found.Tags));
            Assert.Equal(expected.Aliases, Sorted(found.Aliases));
            var versions = await store.ListModelVersionsAsync(found.Name, default);
            Assert.Equal(expected.Versions.Select(version => version.Describe(expected)), versions.Select(Describe));
            foreach (var version in versions)
            {
                Assert.Equal(Describe(version), Describe((await store.FindModelVersionAsync(found.Name, version.Version, default))!));
                Assert.Equal(found.Name, version.Name);
                if (version.RunId is { } run)
                {
                    Assert.Contains(
                        Describe(version),
                        (await store.ListModelVersionsOfRunAsync(run, default)).Where(of => of.Name == found.Name).Select(Describe)
                    );
                }
            }
        }

        foreach (var absent in Names.Except(model.Keys))
        {
            Assert.Null(await store.FindRegisteredModelAsync(absent, default));
            Assert.Empty(await store.ListModelVersionsAsync(absent, default));
            Assert.Null(await store.FindModelVersionAsync(absent, "1", default));
        }
    }

    private static SortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string> of) =>
        new(of.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    private static string Describe(ModelVersion version) =>
        $"{version.Version} {version.CurrentStage} {version.Source} {version.RunId} [{Pairs(version.Tags)}] [{string.Join(',', version.Aliases.Order(StringComparer.Ordinal))}]";

    private static string Pairs(IEnumerable<KeyValuePair<string, string>> tags) =>
        string.Join(';', tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => tag.Key + "=" + tag.Value));

    private sealed class Model
    {
        public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<string, string> Aliases { get; } = new(StringComparer.Ordinal);

        public List<Version> Versions { get; } = [];
    }

    private sealed class Version(string number)
    {
        public string Number => number;

        public string Stage { get; set; } = "None";

        public string? Source { get; init; }

        public string? RunId { get; init; }

        public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

        public string Describe(Model model) =>
            $"{number} {Stage} {Source} {RunId} [{Pairs(Tags)}] [{string.Join(',', model.Aliases.Where(alias => alias.Value == number).Select(alias => alias.Key))}]";
    }

    /// <summary>An empty registry in files, or the registry of one of MLflow's own databases.</summary>
    private sealed class Place : IDisposable
    {
        private readonly TemporaryFolder? _folder;
        private readonly SqliteFixture? _database;

        public Place(string kind)
        {
            if (kind == "file")
            {
                _folder = new TemporaryFolder();
                Directory.CreateDirectory(Path.Combine(_folder.Path, "mlruns", "models"));
            }
            else
            {
                _database = new SqliteFixture(kind);
            }
        }

        private string Models => Path.Combine(_folder!.Path, "mlruns", "models"); // asked for a file store only

        public IMlflowStore Open() =>
            _database is not null
                ? _database.Open()
                : MlflowStores.Open(new MlflowStoreOptions { TrackingUri = Path.Combine(_folder!.Path, "mlruns") }); // one of the two is there

        public void Renumber(string name, string from, string to)
        {
            if (_database is not null)
            {
                _database.Execute($"UPDATE model_versions SET version = {to} WHERE name = '{name}' AND version = {from}");
                return;
            }

            var folder = Path.Combine(Models, name);
            Directory.Move(Path.Combine(folder, "version-" + from), Path.Combine(folder, "version-" + to));
            var meta = Path.Combine(folder, "version-" + to, "meta.yaml");
            File.WriteAllText(meta, File.ReadAllText(meta).Replace("version: " + from, "version: " + to, StringComparison.Ordinal));
        }

        public void Dispose()
        {
            _folder?.Dispose();
            _database?.Dispose();
        }
    }
}
