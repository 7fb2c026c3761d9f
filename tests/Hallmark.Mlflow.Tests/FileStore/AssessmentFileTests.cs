using System.Text.Json;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>Assessment files: every kind of value that PyYAML writes for Python's, and files that are not what they say.</summary>
public sealed class AssessmentFileTests : IDisposable
{
    private static readonly FixtureIds Ids = new("3.6/file");
    private readonly TemporaryFolder _folder = new();
    private readonly string _trace = Ids.Traces["classify-batch"];
    private readonly string _assessments;

    public AssessmentFileTests()
    {
        _folder.CopyOf(Path.Combine(Ids.Folder, "mlruns", Ids.Experiment, "traces"), $"mlruns/{Ids.Experiment}/traces");
        File.Copy(Path.Combine(Ids.Folder, "mlruns", Ids.Experiment, "meta.yaml"), _folder.File($"mlruns/{Ids.Experiment}/meta.yaml"));
        _assessments = Path.Combine(_folder.Path, "mlruns", Ids.Experiment, "traces", _trace, "assessments");
        Directory.CreateDirectory(_assessments);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("value: true", "true")]
    [InlineData("value: false", "false")]
    [InlineData("value: null", "null")]
    [InlineData("value: 5", "5")]
    [InlineData("value: -0.0", "-0.0")]
    [InlineData("value: 1.0e-05", "1.0e-05")]
    [InlineData("value: 1.7976931348623157e+308", "1.7976931348623157e+308")]
    [InlineData("value: .nan", "\"NaN\"")]
    [InlineData("value: .inf", "\"Infinity\"")]
    [InlineData("value: -.inf", "\"-Infinity\"")]
    [InlineData("value: good", "\"good\"")]
    [InlineData("value: 'true'", "\"true\"")]
    [InlineData("value: '5'", "\"5\"")]
    [InlineData("value: größe", "\"größe\"")]
    [InlineData("value: 0x1F", "\"0x1F\"")]
    [InlineData("value: 007", "\"007\"")]
    [InlineData("value: [1, two, null]", "[1,\"two\",null]")]
    [InlineData("value: {a: 1, b: [true]}", "{\"a\":1,\"b\":[true]}")]
    [InlineData("error: {error_code: TIMEOUT}", "null")]
    [InlineData("serialized_value: {value: '[1, 2]'}", "[1, 2]")]
    public async Task A_value_keeps_its_kind(string feedback, string json)
    {
        Write("a-1", $"feedback:\n  {feedback}");
        var read = Assert.Single(await ListAsync());
        Assert.Equal(json, read.ValueJson);
        using var _ = JsonDocument.Parse(read.ValueJson);
        Assert.Equal(feedback.StartsWith("error", StringComparison.Ordinal) ? "{\"error_code\":\"TIMEOUT\"}" : null, read.ErrorJson);
    }

    [Fact]
    public async Task What_was_replaced_and_what_replaced_it_come_both_in_the_order_of_time()
    {
        Write("a-2", "feedback: {value: 2}\noverrides: a-1\nspan_id: 00f067aa0ba902b7\nrun_id: null", "'2026-11-21T00:00:02Z'");
        Write("a-1", "feedback: {value: 1}\nvalid: false", "'2026-11-21T00:00:01Z'");
        await File.WriteAllTextAsync(Path.Combine(_assessments, "notes.txt"), "no assessment");
        var read = await ListAsync();
        Assert.Equal(["a-1", "a-2"], read.Select(one => one.AssessmentId));
        Assert.Equal([false, true], read.Select(one => one.IsValid));
        Assert.Equal(("a-1", "00f067aa0ba902b7"), (read[1].Overrides, read[1].SpanId));
        Assert.Equal(1000, read[1].CreatedAt - read[0].CreatedAt);
    }

    [Theory]
    [InlineData("feedback: {value: 1}\nexpectation: {value: 1}", "feedback")]
    [InlineData("rationale: none", "feedback")]
    [InlineData("feedback: text", "feedback")]
    [InlineData("feedback: {serialized_value: {value: '{'}}", "serialized_value")]
    [InlineData("feedback: {serialized_value: {}}", "serialized_value")]
    [InlineData("feedback: {value: 1}\nmetadata: text", "metadata")]
    public async Task A_file_that_makes_no_sense_is_named_with_the_field(string content, string field)
    {
        Write("a-1", content);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(ListAsync);
        Assert.Contains(field, failure.Message, StringComparison.Ordinal);
        Assert.Contains("a-1.yaml", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("assessment_id: a-1", "assessment_id: a-2")]
    [InlineData("trace_id: tr-", "trace_id: tx-")]
    [InlineData("'2026-11-21T00:00:00Z'", "yesterday")]
    [InlineData("assessment_name: n", "other: n")]
    public async Task A_file_that_belongs_elsewhere_or_lacks_a_field_is_refused(string from, string to)
    {
        Write("a-1", "feedback: {value: 1}");
        var file = Path.Combine(_assessments, "a-1.yaml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace(from, to, StringComparison.Ordinal));
        await Assert.ThrowsAsync<MlflowFormatException>(ListAsync);
    }

    private void Write(string id, string content, string time = "'2026-11-21T00:00:00Z'") =>
        File.WriteAllText(
            Path.Combine(_assessments, id + ".yaml"),
            $"assessment_id: {id}\nassessment_name: n\ncreate_time: {time}\nlast_update_time: {time}\nsource:\n  source_type: CODE\ntrace_id: {_trace}\n{content}\n"
        );

    private async Task<IReadOnlyList<Assessment>> ListAsync()
    {
        await using var store = MlflowStores.Open(new MlflowStoreOptions { TrackingUri = Path.Combine(_folder.Path, "mlruns") });
        return await store.ListAssessmentsAsync(_trace, default);
    }
}
