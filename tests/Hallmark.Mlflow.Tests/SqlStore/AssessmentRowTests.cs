using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Sqlite;
using Hallmark.Testing;
using Microsoft.Data.Sqlite;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>Rows of assessments and of logged models' metrics as Python leaves them, and rows that make no sense.</summary>
public sealed class AssessmentRowTests
{
    private static readonly FixtureIds Ids = new("3.6/sqlite");

    [Theory]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("-Infinity", "\"-Infinity\"")]
    [InlineData("null", "null")]
    [InlineData("[1, 2]", "[1, 2]")]
    public async Task A_value_is_JSON_also_where_Python_wrote_none(string stored, string json)
    {
        using var folder = new TemporaryFolder();
        var assessments = await ListAsync(Changed(folder, "UPDATE assessments SET value = @0", stored));
        Assert.Equal(3, assessments.Count);
        Assert.All(assessments, one => Assert.Equal(json, one.ValueJson));
    }

    [Fact]
    public async Task An_error_and_metadata_of_any_kind_are_kept()
    {
        using var folder = new TemporaryFolder();
        var assessments = await ListAsync(
            Changed(
                folder,
                "UPDATE assessments SET value = 'null', error = @0, assessment_metadata = '{\"n\": 5, \"t\": \"x\"}', valid = 0",
                "{\"error_code\": \"E\"}"
            )
        );
        Assert.All(
            assessments,
            one =>
            {
                Assert.Equal(("null", "{\"error_code\": \"E\"}", false), (one.ValueJson, one.ErrorJson, one.IsValid));
                Assert.Equal(new Dictionary<string, string> { ["n"] = "5", ["t"] = "x" }, one.Metadata.ToDictionary());
            }
        );
    }

    [Theory]
    [InlineData("UPDATE assessments SET value = @0", "{")]
    [InlineData("UPDATE assessments SET error = @0", "no JSON")]
    [InlineData("UPDATE assessments SET assessment_type = @0", "rumour")]
    [InlineData("UPDATE assessments SET assessment_metadata = @0", "[]")]
    [InlineData("UPDATE assessments SET assessment_metadata = @0", "{")]
    [InlineData("UPDATE assessments SET created_timestamp = @0", "yesterday")]
    [InlineData("UPDATE assessments SET valid = @0", "perhaps")]
    public async Task A_row_that_makes_no_sense_is_refused(string statement, string value)
    {
        using var folder = new TemporaryFolder();
        var path = Changed(folder, statement, value);
        Assert.Equal(2, (await Assert.ThrowsAsync<MlflowFormatException>(() => ListAsync(path))).ExitCode);
    }

    [Fact]
    public async Task A_metric_that_is_NULL_in_the_database_was_NaN()
    {
        using var folder = new TemporaryFolder();
        var path = Changed(folder, "UPDATE logged_model_metrics SET metric_value = NULL WHERE metric_name = @0", "loss");
        await using var store = MlflowStores.Open(new MlflowStoreOptions { TrackingUri = "sqlite:///" + path });
        var metrics = await store.ReadLoggedModelMetricsAsync(Ids.LoggedModel("tuned")!, default);
        Assert.Equal(double.NaN, metrics.Single(metric => metric.Key == "loss").Point.Value);
        Assert.Equal(4, metrics.Count);
    }

    [Fact]
    public async Task A_deleted_model_has_no_metrics_any_more()
    {
        using var folder = new TemporaryFolder();
        var path = Changed(folder, "UPDATE logged_models SET lifecycle_stage = @0", "deleted");
        await using var store = MlflowStores.Open(new MlflowStoreOptions { TrackingUri = "sqlite:///" + path });
        Assert.Empty(await store.ReadLoggedModelMetricsAsync(Ids.LoggedModel("tuned")!, default));
    }

    private static async Task<IReadOnlyList<Assessment>> ListAsync(string path)
    {
        await using var store = MlflowStores.Open(new MlflowStoreOptions { TrackingUri = "sqlite:///" + path });
        return await store.ListAssessmentsAsync(Ids.Traces["classify"], default);
    }

    private static string Changed(TemporaryFolder folder, string statement, string value)
    {
        var path = folder.File("mlflow.db");
        File.Copy(Path.Combine(Ids.Folder, "mlflow.db"), path);
        using var connection = SqliteDatabase.Open(path, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(10));
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements are this file's own
        command.CommandText = statement;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("@0", value);
        Assert.True(command.ExecuteNonQuery() > 0);
        return path;
    }
}
