using System.Globalization;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.SqlStore;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>Several programs at one store at once, as a training, a worker and somebody at the command line are. Nothing is lost, nothing half written is ever read.</summary>
public sealed class StoresAtOnceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Classifier = "iris-classifier";
    private const int Writers = 6;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => PostgresServer.FindPrograms() is null ? ["file", "sqlite"] : ["file", "sqlite", "postgres"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Tags_that_several_writers_set_on_one_run_are_all_there(string kind)
    {
        var (open, run) = Place(kind);
        await AtOnceAsync(
            open,
            async (store, writer) =>
            {
                for (var i = 0; i < 8; i++)
                {
                    await store.SetRunTagAsync(run, $"writer{writer}.{i}", $"{writer}/{i}", default);
                    await store.SetRunTagAsync(run, "shared", writer.ToString(CultureInfo.InvariantCulture), default);
                }
            }
        );
        await using var reader = open();
        var tags = (await reader.FindRunAsync(run, default))!.Tags;
        Assert.All(
            Enumerable.Range(0, Writers).SelectMany(writer => Enumerable.Range(0, 8).Select(i => (writer, i))),
            pair => Assert.Equal($"{pair.writer}/{pair.i}", tags[$"writer{pair.writer}.{pair.i}"])
        );
        Assert.InRange(int.Parse(tags["shared"], CultureInfo.InvariantCulture), 0, Writers - 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Versions_that_several_writers_make_have_numbers_aliases_and_tags_of_their_own(string kind)
    {
        var (open, run) = Place(kind);
        await AtOnceAsync(
            open,
            async (store, writer) =>
            {
                for (var i = 0; i < 3; i++)
                {
                    var version = await store.CreateModelVersionAsync(Classifier, $"runs:/{run}/m{writer}x{i}", run, default);
                    await store.SetAliasAsync(Classifier, $"alias{writer}x{i}", version.Version, default);
                    await store.SetModelVersionTagAsync(Classifier, version.Version, "of", $"m{writer}x{i}", default);
                }
            }
        );
        await using var reader = open();
        var versions = await reader.ListModelVersionsAsync(Classifier, default);
        Assert.Equal(2 + (Writers * 3), versions.Count);
        Assert.Equal(versions.Count, versions.DistinctBy(version => version.Version).Count());
        var aliases = (await reader.FindRegisteredModelAsync(Classifier, default))!.Aliases;
        foreach (var version in versions.Where(version => version.Tags.ContainsKey("of")))
        {
            var of = version.Tags["of"];
            Assert.Equal($"runs:/{run}/{of}", version.Source);
            Assert.Equal(version.Version, aliases["alias" + of[1..]]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whoever_reads_while_others_write_reads_an_old_or_a_new_value_and_never_a_broken_store(string kind)
    {
        var (open, run) = Place(kind);
        string[] values = ["", "short", new('x', 4_000), "line\nline", "größe 😀"];
        using var stop = new CancellationTokenSource();
        var first = Enumerable
            .Range(0, 2)
            .Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .ToList();
        var readers = first
            .Select(hasRead =>
                Task.Run(async () =>
                {
                    await using var store = open();
                    var reads = 0;
                    while (!stop.IsCancellationRequested)
                    {
                        var tags = (await store.FindRunAsync(run, default))!.Tags;
                        Assert.Contains(tags.GetValueOrDefault("moving", ""), values);
                        var version = (await store.FindModelVersionAsync(Classifier, "1", default))!;
                        Assert.Contains(version.CurrentStage, new[] { "None", "Staging", "Production", "Archived" });
                        Assert.Equal(2, (await store.ListModelVersionsAsync(Classifier, default)).Count);
                        reads++;
                        hasRead.TrySetResult();
                    }

                    return reads;
                })
            )
            .ToList();
        await Task.WhenAny(Task.WhenAll(first.Select(hasRead => hasRead.Task)), Task.WhenAll(readers));
        await using (var writer = open())
        {
            for (var i = 0; i < 40; i++)
            {
                await writer.SetRunTagAsync(run, "moving", values[i % values.Length], default);
                await writer.TransitionStageAsync(Classifier, "1", i % 2 == 0 ? "Staging" : "Production", archiveExisting: true, default);
                await writer.SetAliasAsync(Classifier, "moving", i % 2 == 0 ? "1" : "2", default);
            }
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_several_who_make_the_same_model_one_makes_it_and_the_others_are_told(string kind)
    {
        var (open, _) = Place(kind);
        var made = 0;
        await AtOnceAsync(
            open,
            async (store, _) =>
            {
                try
                {
                    await store.CreateRegisteredModelAsync("contested", default);
                    Interlocked.Increment(ref made);
                }
                catch (MlflowConflictException)
                {
                    // Somebody else was first.
                }
            }
        );
        Assert.Equal(1, made);
        await using var reader = open();
        Assert.Single(await reader.ListRegisteredModelsAsync(default), model => model.Name == "contested");
    }

    private static Task AtOnceAsync(Func<IMlflowStore> open, Func<IMlflowStore, int, Task> work) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(writer =>
                    Task.Run(async () =>
                    {
                        await using var store = open();
                        await work(store, writer);
                    })
                )
        );

    private (Func<IMlflowStore> Open, string Run) Place(string kind)
    {
        switch (kind)
        {
            case "file":
                var ids = new FixtureIds("3.6/file");
                var root = _folder.CopyOf(Path.Combine(ids.Folder, "mlruns"));
                return (
                    () =>
                        MlflowStores.Open(
                            new MlflowStoreOptions { TrackingUri = root, Relocations = [Relocation.Parse("/srv/mlflow/mlruns=" + root)] }
                        ),
                    ids.Run("baseline")
                );
            case "sqlite":
                var sqlite = new FixtureIds("3.6/sqlite");
                var copy = _folder.CopyOf(sqlite.Folder);
                return (
                    () => MlflowStores.Open(new MlflowStoreOptions { TrackingUri = "sqlite:///" + Path.Combine(copy, "mlflow.db") }),
                    sqlite.Run("baseline")
                );
            default:
                var uri = postgres.CopyOf("3.6");
                return (
                    () => MlflowStores.Open(new MlflowStoreOptions { TrackingUri = uri }),
                    new FixtureIds("3.6/sqlite").Run("baseline")
                );
        }
    }
}
