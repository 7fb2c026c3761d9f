using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>MLflow's tables in a real PostgreSQL: the same answers as from SQLite, and the same writes.</summary>
public sealed class PostgresTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [PostgresFact]
    public async Task All_that_is_read_from_SQLite_is_read_alike_from_PostgreSQL()
    {
        foreach (var version in new[] { "2.14", "2.22", "3.6" })
        {
            using var fixture = new SqliteFixture(version);
            await using var sqlite = fixture.Open();
            await using var store = Open(postgres.CopyOf(version));

            Assert.Equal(await DescribeAsync(sqlite), await DescribeAsync(store));
        }
    }

    [PostgresFact]
    public async Task All_that_is_written_is_written_alike()
    {
        foreach (var version in new[] { "2.14", "2.22", "3.6" })
        {
            using var fixture = new SqliteFixture(version);
            await using var sqlite = fixture.Open();
            await using var store = Open(postgres.CopyOf(version));
            foreach (var target in new[] { sqlite, store })
            {
                await target.SetRunTagAsync(fixture.Run("baseline"), "ario.k", "Größe 🙂", default);
                await target.SetRunTagAsync(fixture.Run("baseline"), "ario.k", "again", default);
                await target.SetRunTagAsync(fixture.Run("baseline"), "mlflow.runName", "renamed", default);
                await target.SetTraceTagAsync(fixture.Trace("classify"), "reviewed", "twice", default);
                await target.SetRegisteredModelTagAsync("iris-classifier", "later", "ours", default);
                await target.SetModelVersionTagAsync("iris-classifier", "2", "validation", "ours", default);
                await target.CreateRegisteredModelAsync("new", default);
                await target.CreateModelVersionAsync("new", "s3://b/m", null, default);
                await target.CreateModelVersionAsync("iris-classifier", "s3://b/m", fixture.Run("tuned"), default);
                await target.TransitionStageAsync("iris-classifier", "3", "production", archiveExisting: true, default);
                await target.SetAliasAsync("iris-classifier", "champion", "3", default);
                await target.DeleteAliasAsync("iris-classifier", "challenger", default);
                await Assert.ThrowsAsync<MlflowConflictException>(() => target.CreateRegisteredModelAsync("new", default));
                await Assert.ThrowsAsync<MlflowNotFoundException>(() => target.SetTraceTagAsync("tr-0", "k", "v", default));
                await Assert.ThrowsAnyAsync<BadInputException>(() =>
                    target.SetRunTagAsync(fixture.Run("baseline"), "k", new string('x', 8001), default)
                );
            }

            Assert.Equal(await DescribeAsync(sqlite), await DescribeAsync(store));
        }
    }

    [PostgresFact]
    public async Task A_wrong_password_is_out_of_reach_and_not_shown()
    {
        var uri = postgres
            .CopyOf("3.6")
            .Replace(Uri.EscapeDataString(PostgresServer.Password), "not-the-password", StringComparison.Ordinal);
        await using var store = Open(uri);

        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.ListExperimentsAsync(default));

        Assert.Contains("refuses this user or password", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", failure.ToString(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_database_that_does_not_exist_is_bad_input()
    {
        postgres.CopyOf("3.6");
        await using var store = Open(postgres.UriOf("nowhere"));

        Assert.Equal(2, (await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.ListExperimentsAsync(default))).ExitCode);
    }

    [PostgresFact]
    public async Task A_database_without_MLflows_tables_is_bad_input()
    {
        postgres.CopyOf("3.6");
        await using var store = Open(postgres.UriOf("postgres"));

        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.SetRunTagAsync("r", "k", "v", default));

        Assert.Contains("holds no MLflow tables", failure.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_user_who_may_only_read_reads_and_is_refused_writing()
    {
        var uri = postgres.CopyOf("3.6");
        var database = uri[(uri.LastIndexOf('/') + 1)..];
        postgres.Execute(database, "CREATE ROLE auditor LOGIN PASSWORD 'looks'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO auditor");
        await using var store = Open($"postgresql://auditor:looks@{uri[(uri.LastIndexOf('@') + 1)..]}");
        using var fixture = new SqliteFixture("3.6");

        Assert.NotNull(await store.FindRunAsync(fixture.Run("baseline"), default));
        Assert.Equal(
            3,
            (
                await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.SetRunTagAsync(fixture.Run("baseline"), "k", "v", default))
            ).ExitCode
        );
    }

    [PostgresFact]
    public async Task A_version_that_somebody_else_makes_meanwhile_costs_us_only_the_next_number()
    {
        var uri = postgres.CopyOf("3.6");
        await using var store = Open(uri);
        await using var other = postgres.Connect(uri[(uri.LastIndexOf('/') + 1)..]);
        PostgresFixture.Execute(
            other,
            "BEGIN; INSERT INTO model_versions (name, version, current_stage, status) VALUES ('iris-classifier', 3, 'None', 'READY')"
        );

        var making = Task.Run(() => store.CreateModelVersionAsync("iris-classifier", "s3://b/m", null, default));
        Assert.NotSame(making, await Task.WhenAny(making, Task.Delay(TimeSpan.FromMilliseconds(300))));
        PostgresFixture.Execute(other, "COMMIT");

        Assert.Equal("4", (await making).Version);
    }

    [PostgresFact]
    public async Task A_lock_that_is_held_too_long_is_out_of_reach()
    {
        using var fixture = new SqliteFixture("3.6");
        var uri = postgres.CopyOf("3.6");
        await using var store = SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = uri }, TimeSpan.FromSeconds(1));
        await using var other = postgres.Connect(uri[(uri.LastIndexOf('/') + 1)..]);
        PostgresFixture.Execute(other, "BEGIN; LOCK TABLE tags IN ACCESS EXCLUSIVE MODE");

        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
            store.SetRunTagAsync(fixture.Run("baseline"), "k", "v", default)
        );

        Assert.Contains("locked by another program", failure.Message, StringComparison.Ordinal);
    }

    private static SqlMlflowStore Open(string uri) => SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = uri });

    /// <summary>All that the port tells of a store, as one text; times of writing left out.</summary>
    private static async Task<string> DescribeAsync(IMlflowStore store)
    {
        var all = new List<object?>();
        foreach (var experiment in await store.ListExperimentsAsync(default))
        {
            all.Add(experiment);
            await foreach (var run in store.ListRunsAsync(experiment.Id, default))
            {
                all.Add(
                    run with
                    {
                        Params = Sorted(run.Params),
                        Tags = Sorted(run.Tags),
                        DatasetInputs = [.. run.DatasetInputs.Select(i => i with { Tags = Sorted(i.Tags) })],
                        Metrics = Sorted(run.Metrics),
                    }
                );
                foreach (var key in run.Metrics.Keys.Order(StringComparer.Ordinal))
                {
                    all.Add(await store.ReadMetricHistoryAsync(run.RunId, key, default));
                }

                all.AddRange(
                    (await store.ListModelVersionsOfRunAsync(run.RunId, default)).Select(v =>
                        v with
                        {
                            Tags = Sorted(v.Tags),
                            CreationTimestamp = null,
                            LastUpdatedTimestamp = null,
                        }
                    )
                );
            }

            await foreach (var trace in store.ListTracesAsync(experiment.Id, default))
            {
                all.Add(trace with { Tags = Sorted(trace.Tags), Metadata = Sorted(trace.Metadata) });
            }

            all.AddRange(
                (await store.ListLoggedModelsAsync(experiment.Id, default)).Select(m =>
                    m with
                    {
                        Tags = Sorted(m.Tags),
                        Params = Sorted(m.Params),
                    }
                )
            );
        }

        foreach (var model in await store.ListRegisteredModelsAsync(default))
        {
            all.Add(model with { Tags = Sorted(model.Tags), Aliases = Sorted(model.Aliases) });
            all.AddRange(
                (await store.ListModelVersionsAsync(model.Name, default)).Select(v =>
                    v with
                    {
                        Tags = Sorted(v.Tags),
                        CreationTimestamp = null,
                        LastUpdatedTimestamp = null,
                    }
                )
            );
        }

        Assert.True(all.Count > 25);
        return JsonSerializer.Serialize(all, Readable);
    }

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static SortedDictionary<string, T> Sorted<T>(IReadOnlyDictionary<string, T> pairs) =>
        new(pairs.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
}
