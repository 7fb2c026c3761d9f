using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>The contract on what came after MLflow 2.14: prompts, assessments, the metrics of logged models. And on how much there is.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public virtual async Task The_assessments_of_a_trace_are_read_with_value_source_and_reason()
    {
        await using var store = Open();
        var assessments = await store.ListAssessmentsAsync(Ids.Traces["classify"], default);
        Assert.Empty(await store.ListAssessmentsAsync(Ids.Traces["classify-batch"], default));
        if (!Ids.IsMlflow3)
        {
            Assert.Empty(assessments);
            return;
        }

        Assert.Equal(["correct", "expected", "score"], assessments.Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.All(
            assessments,
            one =>
            {
                Assert.StartsWith("a-", one.AssessmentId, StringComparison.Ordinal);
                Assert.Equal((Ids.Traces["classify"], true), (one.TraceId, one.IsValid));
                Assert.True(one.CreatedAt > 1_795_000_000_000 && one.LastUpdatedAt == one.CreatedAt);
                Assert.Null(one.ErrorJson ?? one.SpanId ?? one.Overrides);
            }
        );
        var correct = assessments.Single(one => one.Name == "correct");
        Assert.Equal((AssessmentKind.Feedback, "true"), (correct.Kind, correct.ValueJson));
        Assert.Equal(("HUMAN", "reviewer@example.org", "sieht gut aus"), (correct.SourceType, correct.SourceId, correct.Rationale));
        Assert.Equal(new Dictionary<string, string> { ["k"] = "v" }, correct.Metadata.ToDictionary());
        var score = assessments.Single(one => one.Name == "score");
        Assert.Equal(
            ("0.30000000000000004", "CODE", "check.py", null),
            (score.ValueJson, score.SourceType, score.SourceId, score.Rationale)
        );
        var expected = assessments.Single(one => one.Name == "expected");
        Assert.Equal(AssessmentKind.Expectation, expected.Kind);
        Assert.Equal("setosa", (string?)JsonNode.Parse(expected.ValueJson)!["species"]);
    }

    [Fact]
    public virtual async Task A_trace_that_is_not_there_has_no_assessments()
    {
        await using var store = Open();
        Assert.Empty(await store.ListAssessmentsAsync("tr-00000000000000000000000000000000", default));
    }

    [Fact]
    public virtual async Task The_metrics_of_a_logged_model_are_read_with_run_and_dataset()
    {
        await using var store = Open();
        Assert.Empty(await store.ReadLoggedModelMetricsAsync("m-00000000000000000000000000000000", default));
        if (!Ids.IsMlflow3)
        {
            return;
        }

        var metrics = await store.ReadLoggedModelMetricsAsync(Ids.LoggedModel("tuned")!, default);
        Assert.All(metrics, metric => Assert.Equal(Ids.Run("tuned"), metric.RunId));
        Assert.Equal(
            [
                ("accuracy", 0.9733333333333334, 0, "iris-test df222b80"),
                ("accuracy", 0.9633333333333334, 1, " "),
                ("log_loss", 0.07448465018031533, 0, "iris-test df222b80"),
                ("loss", 1.0, 0, " "),
            ],
            metrics.Select(metric => (metric.Key, metric.Point.Value, metric.Point.Step, $"{metric.DatasetName} {metric.DatasetDigest}"))
        );
        var baseline = await store.ReadLoggedModelMetricsAsync(Ids.LoggedModel("baseline")!, default);
        Assert.Equal(11, baseline.Count);
        Assert.Equal(0.25, baseline.Single(metric => metric.Key == "val/acc").Point.Value);
        Assert.Equal(0.1 + 0.2, baseline.Single(metric => metric.Key == "sum").Point.Value);
        Assert.Empty(await store.ReadLoggedModelMetricsAsync(Ids.ExternalModel!, default));
    }

    [Fact]
    public virtual async Task Prompts_are_read_apart_from_models()
    {
        await using var store = Open();
        var prompts = await store.ListPromptsAsync(default);
        Assert.Empty(await store.ListPromptVersionsAsync(Classifier, default));
        Assert.Empty(await store.ListPromptVersionsAsync("no such prompt", default));
        if (!Ids.HasPrompt)
        {
            Assert.Empty(prompts);
            return;
        }

        var prompt = Assert.Single(prompts);
        Assert.Equal(("iris-prompt", "first", "de"), (prompt.Name, prompt.Description, prompt.Tags["lang"]));
        Assert.Equal(new Dictionary<string, string> { ["production"] = "2" }, prompt.Aliases.ToDictionary());
        var versions = await store.ListPromptVersionsAsync("iris-prompt", default);
        Assert.Equal(
            [("1", "first", "Which species is {{flower}}?", ""), ("2", "deutsch", "Welche Art ist {{flower}}?", "production")],
            versions.Select(one => (one.Version, one.Description, one.Tags[Prompts.TextTag], string.Join(' ', one.Aliases)))
        );
        Assert.Empty(await store.ListModelVersionsAsync("iris-prompt", default));
    }

    [Fact]
    public virtual async Task A_store_says_how_much_it_holds_and_counts_no_further_than_asked()
    {
        await using var store = Open();
        Assert.Equal(new StoreSize(3, Ids.Runs.Count, IsWhole: true), await store.MeasureAsync(1000, default));
        Assert.Equal(new StoreSize(3, Ids.Runs.Count, IsWhole: true), await store.MeasureAsync(Ids.Runs.Count, default));
        var part = await store.MeasureAsync(2, default);
        Assert.Equal((2, false), (part.Runs, part.IsWhole));
    }
}
