using System.Text.Json.Nodes;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>A model server of somebody else's that speaks MLflow's scoring protocol: it answers each number with its double.</summary>
internal static class ModelServer
{
    public static Task<LoopbackServer> StartAsync(Func<Task>? before = null) =>
        LoopbackServer.StartAsync(context => AnswerAsync(context, before));

    private static async Task AnswerAsync(HttpContext context, Func<Task>? before)
    {
        context.Response.ContentType = "application/json";
        switch (context.Request.Path.Value)
        {
            case "/ping":
                await context.Response.WriteAsync("\n");
                break;
            case "/version":
                await context.Response.WriteAsync("3.6.0");
                break;
            case "/invocations":
                await (before?.Invoke() ?? Task.CompletedTask);
                var body = await JsonNode.ParseAsync(context.Request.Body);
                var answer = new JsonArray([.. body!["inputs"]!.AsArray().Select(number => (JsonNode)(2 * number!.GetValue<double>()))]);
                await context.Response.WriteAsync(new JsonObject { ["predictions"] = answer }.ToJsonString());
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }
}
