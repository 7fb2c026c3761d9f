using System.Text;
using System.Text.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.FileStore;
using Hallmark.Mlflow.RestStore;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.SqlStore;
using Hallmark.Mlflow.Tests.Verification;
using Hallmark.Mlflow.Verification;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>A record made in one country verifies in another: what is read, hashed, signed and written does not depend on how the country writes its numbers.</summary>
public sealed class CultureTests
{
    private static readonly JsonSerializerOptions Shown = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static TheoryData<string> Cultures => [.. HostileCulture.Names];

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task The_events_of_a_models_life_have_the_same_bytes_in_every_culture_and_verify_in_each(string culture)
    {
        var here = await HostileCulture.RunAsync(null, () => LiveAsync(new Workshop()));
        var abroad = new Workshop();
        var there = await HostileCulture.RunAsync(culture, () => LiveAsync(abroad));
        Assert.Equal(here, there);
        Workshop.Verified(await abroad.VerifyRunAsync());
        Workshop.Verified(await abroad.VerifyVersionAsync());
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task A_record_is_verified_in_every_culture_and_its_changes_are_named_alike(string culture)
    {
        var shop = new Workshop();
        await LiveAsync(shop);
        foreach (
            var change in new Action[] { () => { }, () => shop.Store.Histories[(Workshop.RunId, "loss")].Insert(0, new(-1.25, -5, -1_234)) }
        )
        {
            change();
            var here = await HostileCulture.RunAsync(null, () => shop.VerifyRunAsync());
            var there = await HostileCulture.RunAsync(culture, () => shop.VerifyRunAsync());
            Assert.Equal(Workshop.Show(here), Workshop.Show(there));
            Assert.Equal(VerdictJson.Write(here).ToJsonString(), VerdictJson.Write(there).ToJsonString());
        }
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task What_MLflow_left_in_files_and_tables_is_read_alike_in_every_culture(string culture)
    {
        foreach (var fixture in new[] { "2.14/file", "3.6/file", "2.22/sqlite", "3.6/sqlite-direct" })
        {
            using var place = new FixtureStore(fixture);
            Assert.Equal(
                await HostileCulture.RunAsync(null, () => ReadAllAsync(place.Open())),
                await HostileCulture.RunAsync(culture, () => ReadAllAsync(place.Open()))
            );
        }
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task What_is_written_to_files_and_tables_is_the_same_in_every_culture(string culture)
    {
        var here = await HostileCulture.RunAsync(null, WriteAsync);
        Assert.NotEmpty(here);
        Assert.Equal(here, await HostileCulture.RunAsync(culture, WriteAsync));
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task Numbers_in_texts_for_others_are_the_same_in_every_culture(string culture)
    {
        var here = await HostileCulture.RunAsync(null, () => Task.FromResult(Texts()));
        Assert.Equal(here, await HostileCulture.RunAsync(culture, () => Task.FromResult(Texts())));
    }

    private static async Task<string> LiveAsync(Workshop shop)
    {
        var run = shop.Store.Runs[Workshop.RunId];
        shop.Store.Runs[Workshop.RunId] = run with
        {
            StartTime = -62_135_596_800_000,
            EndTime = 1_700_000_000_123,
            Metrics = new Dictionary<string, MetricPoint>(StringComparer.Ordinal)
            {
                ["loss"] = new(-0.25, -2_000, -2),
                ["nan"] = new(double.NaN, 1, 0),
                ["far"] = new(double.NegativeInfinity, 1, 0),
            },
        };
        shop.Store.Histories[(Workshop.RunId, "loss")] = [new(-1234.5, -3_000, -3), new(-0.25, -2_000, -2)];
        shop.Store.Histories[(Workshop.RunId, "nan")] = [new(double.NaN, 1, 0)];
        shop.Store.Histories[(Workshop.RunId, "far")] = [new(double.NegativeInfinity, 1, 0)];
        await shop.TrainAsync();
        await shop.RegisterAsync();
        await shop.Recorder.TransitionStageAsync("scorer", "1", "Staging", false, new RecordOptions(), default);
        await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await shop.DrainAsync();
        var audit = await shop.AuditAsync();
        var text = new StringBuilder(audit.Bundle.ToJson());
        foreach (var entry in shop.Log.Entries)
        {
            text.Append(Encoding.UTF8.GetString(entry.Envelope.Span)).AppendLine(Encoding.UTF8.GetString(entry.Record!.Value.Span)); // all were recorded with theirs
        }

        foreach (var (path, content) in shop.Artifacts.Files)
        {
            text.AppendLine(path).AppendLine(Encoding.UTF8.GetString(content));
        }

        foreach (var (key, value) in shop.Store.Runs[Workshop.RunId].Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            text.AppendLine(key + "=" + value);
        }

        return text.ToString();
    }

    private static async Task<string> ReadAllAsync(IMlflowStore store)
    {
        var read = new List<object?>();
        foreach (var experiment in await store.ListExperimentsAsync(default))
        {
            read.Add(experiment);
            read.Add(await store.ListLoggedModelsAsync(experiment.Id, default));
            await foreach (var run in store.ListRunsAsync(experiment.Id, default))
            {
                read.Add(run);
                foreach (var key in run.Metrics.Keys.Order(StringComparer.Ordinal))
                {
                    read.Add(await store.ReadMetricHistoryAsync(run.RunId, key, default));
                }
            }

            await foreach (var trace in store.ListTracesAsync(experiment.Id, default))
            {
                read.Add(trace);
                read.Add(await store.ListAssessmentsAsync(trace.TraceId, default));
            }
        }

        foreach (var model in await store.ListRegisteredModelsAsync(default))
        {
            read.Add(model);
            read.Add(await store.ListModelVersionsAsync(model.Name, default));
        }

        await store.DisposeAsync();
        return JsonSerializer.Serialize(read, Shown);
    }

    private static async Task<string> WriteAsync()
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "mlruns");
        Directory.CreateDirectory(Path.Combine(root, "models"));
        var clock = new FixedTime();
        await using (var store = FileMlflowStore.Open(new MlflowStoreOptions { TrackingUri = root, Time = clock }))
        {
            await ChangeAsync(store);
        }

        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            text.AppendLine(Path.GetRelativePath(root, file)).AppendLine(await File.ReadAllTextAsync(file));
        }

        using var fixture = new SqliteFixture("3.6");
        await using (var store = SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = fixture.Uri, Time = clock }))
        {
            await ChangeAsync(store);
        }

        foreach (var table in new[] { "registered_models", "model_versions", "registered_model_tags", "registered_model_aliases" })
        {
            text.AppendJoin('\n', fixture.Query($"SELECT * FROM {table} WHERE name = 'scorer'"));
        }

        return text.ToString();
    }

    private static async Task ChangeAsync(IMlflowStore store)
    {
        await store.CreateRegisteredModelAsync("scorer", default);
        await store.CreateModelVersionAsync("scorer", "s3://bucket/x", null, default);
        await store.SetModelVersionTagAsync("scorer", "1", "k", "-1,5", default);
        await store.SetRegisteredModelTagAsync("scorer", "k", "\u2212", default);
        await store.SetAliasAsync("scorer", "champion", "1", default);
        await store.TransitionStageAsync("scorer", "1", "Staging", archiveExisting: true, default);
    }

    private static string Texts() =>
        string.Join(
            '\n',
            YamlScalar.Of(-1_234_567).Text,
            MlflowRequest.Get("x").Query("max_results", 1_000).Target,
            JsonSerializer.Serialize(new MetricPoint(-1.5, -2, -3)),
            new MlflowConflictException("x").Message,
            Encoding.UTF8.GetString(Core.Json.CanonicalJson.Canonicalize(MetricMembers.ToJson(-1.5)))
        );

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(1969, 7, 20, 20, 17, 40, 123, TimeSpan.FromHours(-5));
    }
}
