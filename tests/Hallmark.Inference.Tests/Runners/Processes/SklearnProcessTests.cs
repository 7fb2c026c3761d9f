using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>A real model in a real scoring process: scikit-learn's own predictions are the judge.</summary>
public sealed class SklearnProcessTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task Every_form_of_input_is_predicted_as_scikit_learn_itself_predicts_it()
    {
        var model = await SklearnModel.TrainAsync(_folder);
        await using var runner = await StartAsync(SklearnModel.Options(), model);
        var rows = Rows(40);
        var expected = await SklearnModel.PredictAsync(model, rows);
        Assert.True(expected.Select(item => item!.GetValue<int>()).Distinct().Count() > 1, "all rows are of one class");
        foreach (var input in Forms(rows))
        {
            var output = await runner.RunAsync(input, None);
            Assert.True(JsonNode.DeepEquals(expected, output.Value), $"{input.Form}: {output.Value}");
        }

        var first = new JsonObject(SklearnModel.Columns.Select((name, i) => KeyValuePair.Create(name, rows[0]![i]!.DeepClone()))!);
        Assert.Equal(expected[0]!.GetValue<int>(), (await runner.RunAsync(ModelInput.Of(first), None)).Value![0]!.GetValue<int>());
        Assert.Equal(SklearnModel.Columns, runner.Inputs.Select(field => field.Name));
        Assert.Equal("process", runner.Kind);
    }

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task A_regressors_numbers_come_through_to_the_last_digit_over_a_socket()
    {
        var model = await SklearnModel.TrainAsync(_folder, "regressor");
        await using var runner = await StartAsync(SklearnModel.Options(usesSocket: true), model);
        var rows = new JsonArray([
            .. Enumerable
                .Range(0, 5)
                .Select(r => (JsonNode)new JsonArray([.. Enumerable.Range(0, 10).Select(c => (JsonNode)((r - 2) * 0.01 * (c + 1) / 3))])),
        ]);
        var expected = await SklearnModel.PredictAsync(model, rows);
        var columns = new JsonArray([.. runner.Inputs.Select(field => (JsonNode)field.Name)]);
        var output = await runner.RunAsync(
            new ModelInput(InputForm.DataframeSplit, new JsonObject { ["columns"] = columns, ["data"] = rows.DeepClone() }),
            None
        );
        Assert.Equal(expected.ToJsonString(), output.Value!.ToJsonString());
    }

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task An_input_that_does_not_fit_is_the_callers_fault_and_says_what_the_model_takes()
    {
        await using var runner = await StartAsync(SklearnModel.Options(), await SklearnModel.TrainAsync(_folder));
        foreach (
            var (input, words) in new[]
            {
                (new ModelInput(InputForm.DataframeRecords, JsonNode.Parse("""[{"sepal_length":1}]""")), "missing inputs"),
                (
                    ModelInput.Of(JsonNode.Parse("""{"sepal_length":"a","sepal_width":1,"petal_length":1,"petal_width":1}""")),
                    "sepal_length"
                ),
                (new ModelInput(InputForm.Instances, JsonNode.Parse("[[1,2,3,4]]")), "missing inputs"),
                (new ModelInput(InputForm.DataframeSplit, JsonNode.Parse("""{"columns":["a"],"data":[[1,2]]}""")), "Failed to parse"),
                (new ModelInput(InputForm.DataframeSplit, JsonNode.Parse("7")), "Failed to parse"),
                (
                    new ModelInput(InputForm.Csv, "sepal_length,sepal_width,petal_length,petal_width\nNaN,1,1,1\n"),
                    "unexpected error while evaluating the model"
                ),
            }
        )
        {
            var refusal = await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(input, None));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("sepal_length (FP64), sepal_width (FP64)", refusal.Hints[0], StringComparison.Ordinal);
        }

        Assert.Equal(2, (await runner.RunAsync(Forms(Rows(2))[0], None)).Value!.AsArray().Count);
    }

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task Sixty_four_predictions_at_once_get_each_its_own_answer()
    {
        var model = await SklearnModel.TrainAsync(_folder);
        await using var runner = await StartAsync(SklearnModel.Options(), model);
        var rows = Rows(64);
        var expected = await SklearnModel.PredictAsync(model, rows);
        var answers = await Task.WhenAll(rows.Select(row => runner.RunAsync(Forms([row!.DeepClone()])[0], None)));
        Assert.Equal(expected.Select(item => item!.GetValue<int>()), answers.Select(answer => answer.Value![0]!.GetValue<int>()));
    }

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task A_killed_process_predicts_the_same_when_it_runs_again()
    {
        await using var runner = await StartAsync(SklearnModel.Options(), await SklearnModel.TrainAsync(_folder));
        var input = Forms(Rows(10))[0];
        var before = (await runner.RunAsync(input, None)).Value;
        var id = runner.ProcessId!.Value;
        ProcessTable.Kill(id);
        await ProcessTable.UntilAsync(() => runner.ProcessId is { } now && now != id, "it was not started again");
        Assert.True(JsonNode.DeepEquals(before, (await runner.RunAsync(input, None)).Value));
    }

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task Nobody_without_the_secret_is_answered_by_a_process_that_demands_it()
    {
        await using var runner = await StartAsync(SklearnModel.Options(), await SklearnModel.TrainAsync(_folder));
        var arguments = (await File.ReadAllTextAsync($"/proc/{runner.ProcessId}/cmdline")).Split('\0');
        var port = arguments[Array.IndexOf(arguments, "-p") + 1];
        using var stranger = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var answer = await stranger.PostAsJsonAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/invocations")),
            new { inputs = Array.Empty<int>() }
        );
        Assert.Equal(401, (int)answer.StatusCode);
    }

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task A_model_that_does_not_load_is_an_error_with_pythons_last_lines()
    {
        var model = await SklearnModel.TrainAsync(_folder);
        await File.WriteAllTextAsync(Path.Combine(model.Path, "model.pkl"), "no pickle");
        var failure = await Assert.ThrowsAsync<ModelRunException>(() => StartAsync(SklearnModel.Options(), model));
        Assert.Contains("exit code 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains(failure.Hints, hint => hint.Contains("UnpicklingError", StringComparison.Ordinal));
    }

    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task Serving_changes_nothing_in_the_verified_folder()
    {
        var model = await SklearnModel.TrainAsync(_folder);
        var before = Contents(model.Path);
        await using (var runner = await StartAsync(SklearnModel.Options(), model))
        {
            await runner.RunAsync(Forms(Rows(1))[0], None);
        }

        Assert.Equal(before, Contents(model.Path));
    }

    private static string[] Contents(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path => path + " " + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))),
        ];

    private static async Task<ScoringProcessRunner> StartAsync(ScoringProcessOptions options, ModelFolder model) =>
        (ScoringProcessRunner)await new ScoringProcessRunnerFactory(options, TimeProvider.System).StartAsync(model, None);

    private static JsonArray Rows(int count)
    {
        var random = new Random(11);
        return new JsonArray([
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    (JsonNode)new JsonArray(Cell(random, 4.3, 7.9), Cell(random, 2, 4.4), Cell(random, 1, 6.9), Cell(random, 0.1, 2.5))
                ),
        ]);
    }

    private static JsonNode Cell(Random random, double min, double max) => Math.Round(min + random.NextDouble() * (max - min), 3);

    private static ModelInput[] Forms(JsonArray rows)
    {
        var columns = SklearnModel.Columns;
        JsonArray ColumnOf(int i) => new([.. rows.Select(row => row![i]!.DeepClone())]);
        JsonArray Records() =>
            new([
                .. rows.Select(row =>
                    (JsonNode)new JsonObject(columns.Select((name, i) => KeyValuePair.Create(name, row![i]!.DeepClone()))!)
                ),
            ]);
        return
        [
            new(
                InputForm.DataframeSplit,
                new JsonObject { ["columns"] = new JsonArray([.. columns.Select(name => (JsonNode)name)]), ["data"] = rows.DeepClone() }
            ),
            new(InputForm.DataframeRecords, Records()),
            new(InputForm.Instances, Records()),
            new(InputForm.Inputs, new JsonObject(columns.Select((name, i) => KeyValuePair.Create(name, (JsonNode)ColumnOf(i)))!)),
            new(
                InputForm.Csv,
                string.Join(',', columns)
                    + "\n"
                    + string.Concat(rows.Select(row => string.Join(',', row!.AsArray().Select(cell => cell!.ToJsonString())) + "\n"))
            ),
            new(
                InputForm.OpenInference,
                new JsonArray([
                    .. columns.Select(
                        (name, i) =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["name"] = name,
                                    ["shape"] = i % 2 == 0 ? new JsonArray(rows.Count) : new JsonArray(rows.Count, 1),
                                    ["datatype"] = "FP64",
                                    ["data"] = ColumnOf(i),
                                }
                    ),
                ])
            ),
            ModelInput.Of(Records()),
        ];
    }
}
