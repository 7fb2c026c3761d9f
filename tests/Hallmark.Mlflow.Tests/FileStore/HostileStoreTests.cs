using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>Stores and names that mean harm, or were damaged: one clear failure of ours, and nothing outside the store is touched.</summary>
public sealed class HostileStoreTests : IDisposable
{
    private static readonly FixtureIds Ids = new("3.6/file");
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;

    public HostileStoreTests()
    {
        // A part of the store is enough, and is copied for each of many cases.
        _root = Path.Combine(_folder.Path, "mlruns");
        foreach (
            var part in new[]
            {
                "0",
                "models",
                Ids.Experiment + "/datasets",
                Ids.Experiment + "/traces",
                Ids.Experiment + "/" + Ids.Run("baseline"),
            }
        )
        {
            _folder.CopyOf(Path.Combine(Ids.Folder, "mlruns", part), "mlruns/" + part);
        }

        File.Copy(Path.Combine(Ids.Folder, "mlruns", Ids.Experiment, "meta.yaml"), Path.Combine(_root, Ids.Experiment, "meta.yaml"));
    }

    private string Run => Path.Combine(_root, Ids.Experiment, Ids.Run("baseline"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0")]
    [InlineData("a\n")]
    public async Task An_id_that_is_a_path_is_bad_input(string id)
    {
        await using var store = Open();
        await Refused(() => store.FindRunAsync(id, default));
        await Refused(() => store.FindTraceAsync(id, default));
        await Refused(() => store.FindLoggedModelAsync(id, default));
        await Refused(() => store.FindRegisteredModelAsync(id, default));
        await Refused(() => store.FindModelVersionAsync(id, "1", default));
        await Refused(() => store.FindModelVersionAsync("iris-classifier", id, default));
        await Refused(() => store.ListModelVersionsAsync(id, default));
        await Refused(() => store.ListModelVersionsOfRunAsync(id, default));
        await Refused(() => store.ListLoggedModelsAsync(id, default));
        await Refused(() => store.ListPromptVersionsAsync(id, default));
        await Refused(() => store.ListAssessmentsAsync(id, default));
        await Refused(() => store.ReadLoggedModelMetricsAsync(id, default));
        await Refused(() => store.CreateRegisteredModelAsync(id, default));
        await Refused(() => store.SetRunTagAsync(id, "k", "v", default));
        await Refused(async () => await store.ListRunsAsync(id, default).GetAsyncEnumerator().MoveNextAsync());
        await Refused(async () => await store.ListTracesAsync(id, default).GetAsyncEnumerator().MoveNextAsync());
    }

    [Theory]
    [InlineData("../meta.yaml")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../x")]
    public async Task A_metric_key_that_leaves_the_folder_is_bad_input(string key)
    {
        await using var store = Open();
        await Refused(() => store.ReadMetricHistoryAsync(Ids.Run("baseline"), key, default));
    }

    [Fact]
    public async Task A_missing_meta_yaml_is_one_failure_that_names_the_file()
    {
        File.Delete(Path.Combine(Run, "meta.yaml"));
        await using var store = Open();
        var name = Path.Combine(Ids.Experiment, Ids.Run("baseline"), "meta.yaml");
        Assert.Contains(name, (await Refused(() => store.FindRunAsync(Ids.Run("baseline"), default))).Message);
        Assert.Contains(
            name,
            (await Refused(async () => await store.ListRunsAsync(Ids.Experiment, default).GetAsyncEnumerator().MoveNextAsync())).Message
        );
        File.Delete(Path.Combine(_root, "0", "meta.yaml"));
        Assert.Contains("0/meta.yaml", (await Refused(() => store.ListExperimentsAsync(default))).Message);
    }

    public static TheoryData<string, string> BrokenMetas =>
        new()
        {
            { "empty", "" },
            { "no mapping", "- a\n- b\n" },
            { "two documents", "a: b\n---\nc: d\n" },
            { "twice", "run_id: a\nrun_id: b\n" },
            { "anchor", "run_id: &a x\nrun_name: *a\n" },
            { "bomb", "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\n" },
            { "tag", "run_id: !!python/object/apply:os.system ['true']\n" },
            { "merge", "<<: {a: b}\n? [a, b]\n: c\n" },
            { "deep", "a: " + new string('[', 10_000) + new string(']', 10_000) + "\n" },
            { "deep blocks", string.Concat(Enumerable.Range(0, 2000).Select(i => new string(' ', i) + "a:\n")) },
            { "many", "a: [" + string.Join(',', Enumerable.Repeat("b", 200_000)) + "]\n" },
            { "unclosed", "run_id: \"abc\n" },
            { "tab", "run_id:\n\t- x\n" },
            { "NUL", "run_id: \0\n" },
            { "another run", "run_id: 00000000000000000000000000000000\nexperiment_id: '885861831355896768'\nstatus: 3\n" },
            { "no status", "run_id: e560dc20ecb74c878040cd1aedad9075\nexperiment_id: '885861831355896768'\n" },
            { "odd status", "run_id: e560dc20ecb74c878040cd1aedad9075\nexperiment_id: '885861831355896768'\nstatus: 9\n" },
            { "odd time", "run_id: e560dc20ecb74c878040cd1aedad9075\nexperiment_id: '885861831355896768'\nstatus: 3\nstart_time: soon\n" },
            {
                "too great",
                "run_id: e560dc20ecb74c878040cd1aedad9075\nexperiment_id: '885861831355896768'\nstatus: 3\nstart_time: 99999999999999999999\n"
            },
            { "wrong experiment", "run_id: e560dc20ecb74c878040cd1aedad9075\nexperiment_id: '0'\nstatus: 3\n" },
        };

    [Theory]
    [MemberData(nameof(BrokenMetas))]
    public async Task A_broken_meta_yaml_is_one_failure_that_names_the_file(string what, string yaml)
    {
        Assert.NotEmpty(what);
        await File.WriteAllTextAsync(Path.Combine(Run, "meta.yaml"), yaml);
        await using var store = Open();
        var failure = await Refused(() => store.FindRunAsync(Ids.Run("baseline"), default));
        Assert.IsType<MlflowFormatException>(failure);
        Assert.Contains("meta.yaml", failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("params/C")]
    [InlineData("tags/phase")]
    [InlineData("metrics/accuracy")]
    [InlineData("meta.yaml")]
    public async Task Bytes_that_are_not_UTF_8_are_refused_and_the_file_named(string file)
    {
        await File.WriteAllBytesAsync(Path.Combine(Run, file), [0x31, 0x20, 0xff, 0xfe, 0x0a]);
        await using var store = Open();
        Assert.Contains(file, (await Refused(() => store.FindRunAsync(Ids.Run("baseline"), default))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("x 0.5 0\n")]
    [InlineData("1 x 0\n")]
    [InlineData("1 0.5 x\n")]
    [InlineData("1 0,5 0\n")]
    [InlineData("1\n")]
    [InlineData("1 0x10 0\n")]
    [InlineData("1 0.5 99999999999999999999\n")]
    public async Task A_metric_that_makes_no_sense_is_refused(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(Run, "metrics/accuracy"), text);
        await using var store = Open();
        Assert.Contains("metrics/accuracy", (await Refused(() => store.FindRunAsync(Ids.Run("baseline"), default))).Message);
    }

    [Theory]
    [InlineData("1 1e+16 0", 1e16)]
    [InlineData("1 -5e-324 0", -double.Epsilon)]
    [InlineData("1 nan 0 iris-test df222b80", double.NaN)]
    [InlineData("1 -inf -7", double.NegativeInfinity)]
    [InlineData("1 Infinity 0", double.PositiveInfinity)]
    [InlineData("1 0.5", 0.5)]
    [InlineData("1 0.5 0\r", 0.5)]
    public async Task A_metric_is_read_as_Python_prints_it(string line, double value)
    {
        await File.WriteAllTextAsync(Path.Combine(Run, "metrics/accuracy"), line + "\n");
        await using var store = Open();
        Assert.Equal(value, (await store.FindRunAsync(Ids.Run("baseline"), default))!.Metrics["accuracy"].Value);
    }

    [Fact]
    public async Task The_latest_point_has_the_greatest_step_then_timestamp_then_value()
    {
        await File.WriteAllTextAsync(Path.Combine(Run, "metrics/accuracy"), "9 0.9 1\n1 0.1 2\n3 0.2 2\n3 0.4 2\n3 0.3 2\n2 0.8 2");
        await using var store = Open();
        Assert.Equal(new MetricPoint(0.4, 3, 2), (await store.FindRunAsync(Ids.Run("baseline"), default))!.Metrics["accuracy"]);
    }

    [Theory]
    [InlineData("params/escape")]
    [InlineData("tags/escape")]
    [InlineData("metrics/escape")]
    [InlineData("inputs/escape")]
    [InlineData("../traces/escape")]
    [InlineData("../../models/escape")]
    [InlineData("../../models/iris-classifier/aliases/escape")]
    public async Task A_link_out_of_the_store_is_refused_and_nothing_behind_it_is_read(string place)
    {
        File.CreateSymbolicLink(Path.Combine(Run, place), File.Exists("/etc/passwd") ? "/etc/passwd" : _folder.File("outside"));
        await using var store = Open();
        var failure = await Refused(async () =>
        {
            await store.FindRunAsync(Ids.Run("baseline"), default);
            await store.ListRegisteredModelsAsync(default);
            await store.ListTracesAsync(Ids.Experiment, default).GetAsyncEnumerator().MoveNextAsync();
        });
        Assert.Contains("escape", failure.Message);
        Assert.Contains("symbolic link", failure.Message);
    }

    [Theory]
    [InlineData("tags")]
    [InlineData("params")]
    [InlineData("metrics")]
    public async Task A_folder_that_is_a_link_out_of_the_store_is_neither_read_nor_written(string place)
    {
        await File.WriteAllTextAsync(_folder.File("outside/secret"), "1 1 1");
        Directory.Delete(Path.Combine(Run, place), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(Run, place), _folder.File("outside"));
        await using var store = Open();
        await Refused(() => store.FindRunAsync(Ids.Run("baseline"), default));
        if (place == "tags")
        {
            await Refused(() => store.SetRunTagAsync(Ids.Run("baseline"), "k", "v", default));
            Assert.Single(Directory.GetFiles(_folder.File("outside")));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("../2")]
    [InlineData("99999999999")]
    public async Task An_alias_that_names_no_version_is_refused(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "models/iris-classifier/aliases/champion"), text);
        await using var store = Open();
        Assert.Contains("champion", (await Refused(() => store.FindRegisteredModelAsync("iris-classifier", default))).Message);
    }

    [Fact]
    public async Task A_dataset_reference_that_is_a_path_is_refused()
    {
        var link = Directory.GetFiles(Path.Combine(Run, "inputs"), "meta.yaml", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(link, "source_id: ../../../../etc\nsource_type: DATASET\ntags: {}\n");
        await using var store = Open();
        await Refused(() => store.FindRunAsync(Ids.Run("baseline"), default));
    }

    [Fact]
    public async Task Damage_at_random_places_is_never_anything_but_a_failure_of_ours()
    {
        var random = new Random(20261121);
        var meta = Path.Combine(Run, "meta.yaml");
        var sound = await File.ReadAllBytesAsync(meta);
        var alphabet = Encoding.UTF8.GetBytes("{}[]:,-?&*!|>'\"%@`# \n\t\0~<abc019\u0085é");
        await using var store = Open();
        for (var round = 0; round < 500; round++)
        {
            var bytes = sound.ToList();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0:
                        bytes[at] = alphabet[random.Next(alphabet.Length)];
                        break;
                    case 1:
                        bytes.Insert(at, alphabet[random.Next(alphabet.Length)]);
                        break;
                    default:
                        bytes.RemoveRange(at, Math.Min(random.Next(8), bytes.Count - at));
                        break;
                }
            }

            await File.WriteAllBytesAsync(meta, [.. bytes]);
            try
            {
                await store.FindRunAsync(Ids.Run("baseline"), default);
            }
            catch (BadInputException)
            {
                // As it should be.
            }
        }
    }

    private static async Task<BadInputException> Refused(Func<Task> action)
    {
        var failure = await Assert.ThrowsAnyAsync<BadInputException>(action);
        Assert.Equal(2, failure.ExitCode);
        return failure;
    }

    private IMlflowStore Open() => MlflowStores.Open(new MlflowStoreOptions { TrackingUri = _root });
}
