using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Hallmark.Server.Scoring;
using Hallmark.Server.Scoring.Telemetry;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>Metrics as Prometheus reads them, and spans that go on where the caller's begin.</summary>
public sealed partial class TelemetryTests
{
    private const string Json = """{"inputs":[1]}""";
    private const string CallersTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string CallersSpan = "b7ad6b7169203331";

    [Fact]
    public async Task Requests_and_predictions_are_counted_by_route_status_and_receipt()
    {
        await using var scene = await ScoringScene.StartAsync();
        await scene.AskAsync(Json);
        await scene.AskAsync(Json);
        await scene.AskAsync("{}");
        await scene.GetAsync("/some/path/of/a/scanner");

        var text = await scene.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains("hallmark_requests_total{route=\"/invocations\",status=\"200\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("hallmark_requests_total{route=\"/invocations\",status=\"400\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("hallmark_requests_total{route=\"none\",status=\"404\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("hallmark_predictions_total{receipt=\"logged\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("hallmark_request_duration_seconds_count{route=\"/invocations\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("hallmark_inference_duration_seconds_bucket{le=\"+Inf\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("hallmark_predictions_under_way 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("scanner", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_wellformed_prometheus_text_with_buckets_that_only_grow()
    {
        await using var scene = await ScoringScene.StartAsync();
        await scene.AskAsync(Json);

        using var response = await scene.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var typed = new HashSet<string>(StringComparer.Ordinal);
        double below = 0;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.True(typed.Add(line.Split(' ')[2]), "one TYPE for each metric: " + line);
                below = 0;
                continue;
            }

            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                continue;
            }

            var sample = Sample().Match(line);
            Assert.True(sample.Success, line);
            Assert.Contains(typed, name => sample.Groups["name"].Value.StartsWith(name, StringComparison.Ordinal));
            if (sample.Groups["name"].Value.EndsWith("_bucket", StringComparison.Ordinal))
            {
                var count = double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture);
                Assert.True(count >= below || line.Contains("le=\"0.0001\"", StringComparison.Ordinal), line);
                below = count;
            }
        }
    }

    [Fact]
    public void Labels_are_escaped()
    {
        Assert.Equal("a=\"\\\\ \\\" \\n\"", PrometheusText.With("", "a", "\\ \" \n"));
        Assert.Equal("a=\"1\",b=\"2\"", PrometheusText.With("a=\"1\"", "b", "2"));
        Assert.Equal(
            ["NaN", "+Inf", "-Inf", "0.1"],
            ((double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.1]).Select(PrometheusText.Number)
        );
    }

    [Fact]
    public async Task Without_a_listener_the_record_has_the_callers_span()
    {
        await using var scene = await ScoringScene.StartAsync();

        await SendAsync(scene, $"00-{CallersTrace}-{CallersSpan}-01");

        var span = Assert.Single(scene.Model.Recorded);
        Assert.Equal((CallersTrace, CallersSpan), (span?.TraceId, span?.SpanId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    public async Task A_malformed_traceparent_is_passed_over(string traceparent)
    {
        await using var scene = await ScoringScene.StartAsync();

        await SendAsync(scene, traceparent);

        Assert.Null(Assert.Single(scene.Model.Recorded));
    }

    [Fact]
    public async Task Where_the_capture_is_off_no_span_is_recorded()
    {
        await using var scene = await ScoringScene.StartAsync(options: new ScoringServerOptions { CaptureTraces = false });

        await SendAsync(scene, $"00-{CallersTrace}-{CallersSpan}-01");

        Assert.Null(Assert.Single(scene.Model.Recorded));
    }

    [Fact]
    public async Task With_a_listener_the_record_has_our_span_below_the_callers()
    {
        await using var scene = await ScoringScene.StartAsync();
        var ended = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ScoringTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> creation) =>
                creation.Parent.TraceId.ToHexString() == CallersTrace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await SendAsync(scene, $"00-{CallersTrace}-{CallersSpan}-01");

        var span = Assert.Single(scene.Model.Recorded);
        await Eventually.Async(() => Task.FromResult(ended.Any(activity => activity.SpanId.ToHexString() == span?.SpanId)));
        var ours = ended.Single(activity => activity.SpanId.ToHexString() == span?.SpanId);
        Assert.Equal(CallersTrace, ours.TraceId.ToHexString());
        Assert.Equal(CallersSpan, ours.ParentSpanId.ToHexString());
        Assert.Equal("iris", ours.GetTagItem("hallmark.model.name"));
        Assert.True(scene.Model.Receipts.ContainsKey((string)ours.GetTagItem("hallmark.decision_id")!));
    }

    private static async Task SendAsync(ScoringScene scene, string traceparent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/invocations")
        {
            Content = new StringContent(Json, mediaType: new("application/json")),
        };
        request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        using var response = await scene.Client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);
    }

    [GeneratedRegex(
        "^(?<name>[a-z_][a-z0-9_]*)(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\\})? (?<value>[0-9.E+-]+|NaN|\\+Inf)$",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex Sample();
}
