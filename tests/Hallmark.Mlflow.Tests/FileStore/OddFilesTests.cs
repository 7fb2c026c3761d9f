using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>Registry, traces, logged models and datasets in files that MLflow did not write so: each is one failure that names the file, the field and the fault.</summary>
public sealed class OddFilesTests : IDisposable
{
    private const string Classifier = "models/iris-classifier";
    private static readonly FixtureIds Ids = new("3.6/file");
    private static readonly string Trace = $"{Ids.Experiment}/traces/{Ids.Traces["classify"]}/trace_info.yaml";
    private static readonly string LoggedModel = $"{Ids.Experiment}/models/{Ids.LoggedModel("tuned")}/meta.yaml";
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;

    public OddFilesTests() => _root = _folder.CopyOf(Path.Combine(Ids.Folder, "mlruns"), "mlruns");

    public void Dispose() => _folder.Dispose();

    // The file, what stands there, what is put in its place, the field, the fault.
    public static TheoryData<string, string, string, string, string> Faults =>
        new()
        {
            { Classifier + "/meta.yaml", "name: iris-classifier", "name: other", "name", "does not fit its folder" },
            { Classifier + "/meta.yaml", "name: iris-classifier", "nom: x", "name", "is missing" },
            { Classifier + "/meta.yaml", "name: iris-classifier", "name: null", "name", "is missing" },
            { Classifier + "/meta.yaml", "name: iris-classifier", "name: ~", "name", "is missing" },
            { Classifier + "/meta.yaml", "name: iris-classifier", "name: {a: b}", "name", "is no text" },
            { Classifier + "/meta.yaml", "name: iris-classifier", "name: [iris-classifier]", "name", "is no text" },
            { Classifier + "/version-1/meta.yaml", "version: 1", "version: 2", "version", "does not fit its folder" },
            { Classifier + "/version-1/meta.yaml", "version: 1", "version: 01", "version", "does not fit its folder" },
            { Classifier + "/version-1/meta.yaml", "name: iris-classifier", "name: other", "name", "does not fit its model's folder" },
            {
                Classifier + "/version-1/meta.yaml",
                "creation_timestamp: 1795221688848",
                "creation_timestamp: soon",
                "creation_timestamp",
                "is no whole number: 'soon'"
            },
            {
                Classifier + "/version-1/meta.yaml",
                "creation_timestamp: 1795221688848",
                "creation_timestamp: 1795221688848.5",
                "creation_timestamp",
                "is no whole number: '1795221688848.5'"
            },
            {
                Classifier + "/version-1/meta.yaml",
                "creation_timestamp: 1795221688848",
                "creation_timestamp: 1_795_221",
                "creation_timestamp",
                "is no whole number: '1_795_221'"
            },
            { Classifier + "/version-1/meta.yaml", "current_stage: Archived", "current_stage: []", "current_stage", "is no text" },
            { Trace, "trace_id: tr-", "trace_id: tx-", "trace_id", $"does not fit its folder '{Ids.Traces["classify"]}'" },
            { Trace, "trace_id: tr-", "request_id: tx-", "trace_id", $"does not fit its folder '{Ids.Traces["classify"]}'" },
            { Trace, "trace_id: tr-", "id: tr-", "request_id", "is missing" },
            { Trace, "request_time:", "request_clock:", "timestamp_ms", "is missing" },
            { Trace, "'2026-11-21T", "'sooner or later", "request_time", "is no time: 'sooner or later00:41:30.461Z'" },
            { Trace, "mlflow_experiment:", "somewhere:", "experiment_id", "is missing" },
            { Trace, "execution_duration_ms: 2", "execution_duration_ms: 0.2s", "execution_duration_ms", "is no whole number: '0.2s'" },
            { LoggedModel, "model_id: m-", "model_id: x-", "model_id", "does not fit its folder" },
            { LoggedModel, "status: 2", "status: 4", "status", "is none of a logged model: '4'" },
            { LoggedModel, "status: 2", "status: READY", "status", "is none of a logged model: 'READY'" },
            { LoggedModel, "artifact_location:", "location:", "artifact_location", "is missing" },
            { LoggedModel, "name: iris-classifier", "name: ", "name", "is missing" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_field_that_makes_no_sense_is_named_with_its_file_and_its_fault(
        string file,
        string before,
        string after,
        string field,
        string fault
    )
    {
        await ChangeAsync(file, before, after);
        var failure = await RefusedAsync();
        Assert.Equal($"The field '{field}' in {file} of the MLflow store {fault}", failure.Message);
    }

    [Theory]
    [InlineData(Classifier + "/meta.yaml")]
    [InlineData(Classifier + "/version-1/meta.yaml")]
    [InlineData("trace")]
    [InlineData("logged model")]
    public async Task A_file_that_is_gone_is_named_with_what_may_have_happened(string file)
    {
        file =
            file == "trace" ? Trace
            : file == "logged model" ? LoggedModel
            : file;
        File.Delete(Path.Combine(_root, file));
        var failure = await RefusedAsync();
        Assert.Equal($"{file} is missing in the MLflow store at {_root}", failure.Message);
        Assert.Equal(
            "the store was copied in part, or this folder holds only the artifacts of a store kept elsewhere (sqlite:///mlflow.db?)",
            Assert.Single(failure.Hints)
        );
    }

    [Theory]
    [InlineData("version-x")]
    [InlineData("version-")]
    [InlineData("version--1")]
    [InlineData("version-2147483648")]
    [InlineData("version-1.bak")]
    public async Task A_folder_that_is_called_like_a_version_and_has_no_number_is_named(string name)
    {
        Directory.CreateDirectory(Path.Combine(_root, Classifier, name));
        Assert.Equal($"{Classifier}/{name} in the MLflow store has no version's number", (await RefusedAsync()).Message);
    }

    [Theory]
    [InlineData("run_id: e560dc20ecb74c878040cd1aedad9075", "run_id: ''")]
    [InlineData("run_id: e560dc20ecb74c878040cd1aedad9075", "run_id: null")]
    [InlineData("run_id: e560dc20ecb74c878040cd1aedad9075\n", "")]
    public async Task A_version_without_a_run_has_none_however_that_is_written(string before, string after)
    {
        await ChangeAsync(Classifier + "/version-1/meta.yaml", before, after);
        await using var store = Open();
        Assert.Null((await store.FindModelVersionAsync("iris-classifier", "1", default))!.RunId);
        Assert.DoesNotContain(
            await store.ListModelVersionsOfRunAsync(Ids.Run("baseline"), default),
            version => version is { Name: "iris-classifier", Version: "1" }
        );
    }

    [Fact]
    public async Task Fields_that_may_be_missing_read_as_missing()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, Classifier, "version-1", "meta.yaml"), "name: iris-classifier\nversion: 1\n");
        await File.WriteAllTextAsync(Path.Combine(_root, Classifier, "meta.yaml"), "name: iris-classifier\n");
        await File.WriteAllTextAsync(
            Path.Combine(_root, Trace),
            $"request_id: {Ids.Traces["classify"]}\nexperiment_id: '{Ids.Experiment}'\ntimestamp_ms: 7\nstatus: TRACE_STATUS_UNSPECIFIED\n"
        );
        await using var store = Open();
        var version = (await store.FindModelVersionAsync("iris-classifier", "1", default))!;
        Assert.Equal(
            ("None", null, null, "", "READY", null, null),
            (
                version.CurrentStage,
                version.Source,
                version.RunId,
                version.Description,
                version.Status,
                version.CreationTimestamp,
                version.LastUpdatedTimestamp
            )
        );
        Assert.Equal("", (await store.FindRegisteredModelAsync("iris-classifier", default))!.Description);
        var trace = (await store.FindTraceAsync(Ids.Traces["classify"], default))!;
        Assert.Equal(
            (Ids.Experiment, 7, null, "STATE_UNSPECIFIED"),
            (trace.ExperimentId, trace.Timestamp, trace.ExecutionTime, trace.Status)
        );
    }

    [Theory]
    [InlineData("0", "")]
    [InlineData("null", "")]
    [InlineData("1", "LOGGED_MODEL_PENDING")]
    [InlineData("2", "LOGGED_MODEL_READY")]
    [InlineData("3", "LOGGED_MODEL_UPLOAD_FAILED")]
    public async Task A_logged_models_status_is_a_number_in_files(string number, string status)
    {
        await ChangeAsync(LoggedModel, "status: 2", "status: " + number);
        await using var store = Open();
        Assert.Equal(status, (await store.FindLoggedModelAsync(Ids.LoggedModel("tuned")!, default))!.Status);
    }

    [Fact]
    public async Task A_deleted_logged_model_is_hidden_with_its_metrics()
    {
        await ChangeAsync(LoggedModel, "status: 2", "status: 2\nlifecycle_stage: deleted");
        await using var store = Open();
        var id = Ids.LoggedModel("tuned")!;
        Assert.Null(await store.FindLoggedModelAsync(id, default));
        Assert.Empty(await store.ReadLoggedModelMetricsAsync(id, default));
        Assert.DoesNotContain(await store.ListLoggedModelsAsync(Ids.Experiment, default), model => model.ModelId == id);
        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.CreateModelVersionAsync("iris-classifier", "models:/" + id, null, default)
        );
    }

    [Theory]
    [InlineData("1 0.5 0", false)]
    [InlineData("1 0.5 0 run name", false)]
    [InlineData("x 0.5 0 run", false)]
    [InlineData("1 0.5 0 run", true)]
    [InlineData("1 0.5 0 run iris digest", true)]
    [InlineData("1 0.5 0 run a name with blanks digest", true)]
    public async Task A_point_of_a_logged_models_metric_names_its_run_and_perhaps_a_dataset(string line, bool isPoint)
    {
        var metric = Path.Combine(Path.GetDirectoryName(LoggedModel)!, "metrics", "odd"); // a file's path
        await File.WriteAllTextAsync(_folder.File("mlruns/" + metric), line + "\n");
        await using var store = Open();
        var id = Ids.LoggedModel("tuned")!;
        if (!isPoint)
        {
            var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.ReadLoggedModelMetricsAsync(id, default));
            Assert.Equal($"Line 1 of the metric {metric} in the MLflow store makes no sense: '{line}'", failure.Message);
            return;
        }

        var point = (await store.ReadLoggedModelMetricsAsync(id, default)).Single(one => one.Key == "odd");
        var words = line.Split(' ');
        Assert.Equal(
            (
                new MetricPoint(0.5, 1, 0),
                "run",
                words.Length > 4 ? string.Join(' ', words[4..^1]) : null,
                words.Length > 4 ? "digest" : null
            ),
            (point.Point, point.RunId, point.DatasetName, point.DatasetDigest)
        );
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public async Task A_line_of_a_metric_has_at_most_4096_characters(int length, bool isRead)
    {
        var metric = $"{Ids.Experiment}/{Ids.Run("baseline")}/metrics/long";
        await File.WriteAllTextAsync(_folder.File("mlruns/" + metric), "1 0.5 0 ".PadRight(length, 'x'));
        await using var store = Open();
        if (isRead)
        {
            Assert.Equal(new MetricPoint(0.5, 1, 0), (await store.FindRunAsync(Ids.Run("baseline"), default))!.Metrics["long"]);
            return;
        }

        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync(Ids.Run("baseline"), default));
        Assert.Equal($"Line 1 of the metric {metric} in the MLflow store is longer than 4096 characters", failure.Message);
    }

    [Theory]
    [InlineData(4 << 20, true)]
    [InlineData((4 << 20) + 1, false)]
    public async Task A_value_has_at_most_four_mebibytes(int length, bool isRead)
    {
        var param = $"{Ids.Experiment}/{Ids.Run("baseline")}/params/long";
        await File.WriteAllTextAsync(_folder.File("mlruns/" + param), new string('x', length));
        await using var store = Open();
        if (isRead)
        {
            Assert.Equal(length, (await store.FindRunAsync(Ids.Run("baseline"), default))!.Params["long"].Length);
            return;
        }

        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync(Ids.Run("baseline"), default));
        Assert.Equal($"{param} in the MLflow store has 4194305 bytes; at most 4194304 make sense", failure.Message);
    }

    [Theory]
    [InlineData(125, true)]
    [InlineData(127, false)]
    public async Task Keys_have_as_many_parts_as_a_key_can_have_and_no_more(int folders, bool isRead)
    {
        var key = string.Join('/', Enumerable.Repeat("k", folders)) + "/v";
        await File.WriteAllTextAsync(_folder.File($"mlruns/{Ids.Experiment}/{Ids.Run("baseline")}/params/{key}"), "deep");
        await using var store = Open();
        if (isRead)
        {
            Assert.Equal("deep", (await store.FindRunAsync(Ids.Run("baseline"), default))!.Params[key]);
            return;
        }

        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync(Ids.Run("baseline"), default));
        Assert.EndsWith(" in the MLflow store is more than 126 levels deep", failure.Message, StringComparison.Ordinal);
    }

    private async Task ChangeAsync(string file, string before, string after)
    {
        var path = Path.Combine(_root, file);
        var text = await File.ReadAllTextAsync(path);
        Assert.Contains(before, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(before, after, StringComparison.Ordinal));
    }

    private async Task<MlflowFormatException> RefusedAsync()
    {
        await using var store = Open();
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(async () =>
        {
            await store.ListRegisteredModelsAsync(default);
            await store.ListModelVersionsAsync("iris-classifier", default);
            await store.FindTraceAsync(Ids.Traces["classify"], default);
            await store.FindLoggedModelAsync(Ids.LoggedModel("tuned")!, default);
        });
        Assert.Equal(2, ((HallmarkException)failure).ExitCode);
        return failure;
    }

    private IMlflowStore Open() => MlflowStores.Open(new MlflowStoreOptions { TrackingUri = _root });
}
