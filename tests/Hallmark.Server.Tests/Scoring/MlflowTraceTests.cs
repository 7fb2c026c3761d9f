using System.Net;
using Hallmark.Server.Scoring;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>The MLflow trace that a request names: taken where the owner asked for it, and then nothing but an id.</summary>
public sealed class MlflowTraceTests
{
    private const string Id = "87cf50d0b3055a76c45d07666d37fd8b";
    private static readonly ScoringServerOptions Taking = new() { TakesMlflowTraces = true };

    public static TheoryData<string[]> NoIds { get; } =
        new()
        {
            { [""] },
            { ["tr-"] },
            { [" "] },
            { ["TR-" + Id] },
            { ["tr-" + Id.ToUpperInvariant()] },
            { ["tr-" + Id[..31]] },
            { ["tr-" + Id + "0"] },
            { ["tr-tr-" + Id] },
            { ["tr-00000000000000000000000000000000"] },
            { ["00000000000000000000000000000000"] },
            { ["tr-../../../../../../../../../../x"] },
            { ["tr-" + Id + "/tags"] },
            { ["tr-" + Id + "?x=1"] },
            { ["tr-" + Id + ", tr-" + Id] },
            { ["tr-" + Id, "tr-" + Id] },
            { [new string('a', 8_000)] },
        };

    [Theory]
    [InlineData("tr-" + Id)]
    [InlineData(Id)]
    public async Task An_id_of_either_mlflow_goes_into_the_record(string id)
    {
        await using var scene = await ScoringScene.StartAsync(options: Taking);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(scene, "/invocations", """{"inputs":[[1,2]]}""", id));
        Assert.Equal(
            HttpStatusCode.OK,
            await SendAsync(
                scene,
                "/v2/models/iris/infer",
                """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}]}""",
                id
            )
        );

        Assert.Equal([id, id], scene.Model.Traces);
    }

    [Theory]
    [MemberData(nameof(NoIds))]
    public async Task What_is_no_id_is_refused_before_the_model_runs(string[] values)
    {
        await using var scene = await ScoringScene.StartAsync(options: Taking);

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(scene, "/invocations", """{"inputs":[[1,2]]}""", values));

        Assert.Empty(scene.Model.Asked);
    }

    [Fact]
    public async Task Without_the_owners_word_the_header_is_left_alone()
    {
        await using var scene = await ScoringScene.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await SendAsync(scene, "/invocations", """{"inputs":[[1,2]]}""", "tr-" + Id));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(scene, "/invocations", """{"inputs":[[1,2]]}""", "nonsense"));

        Assert.All(scene.Model.Traces, Assert.Null);
    }

    [Fact]
    public async Task A_traceparent_is_no_trace_of_mlflow_and_either_may_stand_alone()
    {
        await using var scene = await ScoringScene.StartAsync(options: Taking);
        scene.Client.DefaultRequestHeaders.TryAddWithoutValidation("traceparent", $"00-{Id}-b7ad6b7169203331-01");

        Assert.Equal(HttpStatusCode.OK, await SendAsync(scene, "/invocations", """{"inputs":[[1,2]]}"""));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(scene, "/invocations", """{"inputs":[[1,2]]}""", "tr-" + Id));

        Assert.Equal([null, "tr-" + Id], scene.Model.Traces);
        Assert.All(scene.Model.Recorded, span => Assert.Equal(Id, span?.TraceId));
    }

    private static async Task<HttpStatusCode> SendAsync(ScoringScene scene, string path, string body, params string[] traces)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, mediaType: new("application/json")),
        };
        foreach (var trace in traces)
        {
            Assert.True(request.Headers.TryAddWithoutValidation("X-MLflow-Trace-Id", trace));
        }

        using var response = await scene.Client.SendAsync(request);
        return response.StatusCode;
    }
}
