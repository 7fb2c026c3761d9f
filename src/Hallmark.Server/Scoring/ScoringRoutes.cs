using Hallmark.Server.Scoring.Access;
using Hallmark.Server.Scoring.Admission;
using Hallmark.Server.Scoring.Answers;
using Hallmark.Server.Scoring.Mlflow;
using Hallmark.Server.Scoring.OpenInference;
using Hallmark.Server.Scoring.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hallmark.Server.Scoring;

/// <summary>What a scoring server answers, path by path. Whether it is there, and what it is, everybody may ask; predictions, receipts and metrics are for callers that are let in.</summary>
internal sealed class ScoringRoutes(
    PredictionFlow flow,
    Intake intake,
    CallerCheck callers,
    IScoringModel model,
    ModelPlace place,
    PrometheusReader metrics,
    Func<bool> isReady
)
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];
    private static readonly ReadOnlyMemory<byte> OpenApi = ReadOpenApi();

    /// <summary>Adds all routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var invocation = new InvocationEndpoint(flow, intake, model);
        var infer = new InferEndpoint(flow, intake, model, place);
        var receipt = new ReceiptEndpoint(callers, model);
        var description = new ModelDescription(model, place, ScoringServer.Version, isReady);

        routes.MapPost("/invocations", invocation.RunAsync);
        Get(routes, "/ping", SayFineAsync);
        Get(routes, "/health", SayFineAsync);
        Get(routes, "/version", context => WriteTextAsync(context, JsonAnswer.MediaType, ScoringServer.Version));
        Get(routes, "/metrics", SayMetricsAsync);
        Get(routes, "/receipts/{id}", receipt.RunAsync);
        Get(routes, "/openapi.json", context => JsonAnswer.WriteAsync(context, OpenApi));

        Get(routes, "/v2", description.DescribeServerAsync);
        Get(routes, "/v2/health/live", ModelDescription.SayLiveAsync);
        Get(routes, "/v2/health/ready", description.SayReadyAsync);
        foreach (var path in (string[])["/v2/models/{name}", "/v2/models/{name}/versions/{version}"])
        {
            Get(routes, path, description.DescribeModelAsync);
            Get(routes, path + "/ready", description.SayModelReadyAsync);
            routes.MapPost(path + "/infer", infer.RunAsync);
        }
    }

    // RFC 9110 §9.1: whoever has GET has HEAD, which probes of load balancers ask with. The listener leaves the body out.
    private static void Get(IEndpointRouteBuilder routes, string path, RequestDelegate answer) =>
        routes.MapMethods(path, GetAndHead, answer);

    // MLflow's own answer: a line feed, called JSON.
    private Task SayFineAsync(HttpContext context)
    {
        if (!isReady())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        return WriteTextAsync(context, JsonAnswer.MediaType, "\n");
    }

    private Task SayMetricsAsync(HttpContext context)
    {
        _ = callers.Identify(context);
        return WriteTextAsync(context, PrometheusText.MediaType, metrics.Read());
    }

    private static byte[] ReadOpenApi()
    {
        using var resource = typeof(ScoringRoutes).Assembly.GetManifestResourceStream("scoring-openapi.json")!; // built into this assembly
        var document = new byte[resource.Length];
        resource.ReadExactly(document);
        return document;
    }

    private static Task WriteTextAsync(HttpContext context, string type, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
