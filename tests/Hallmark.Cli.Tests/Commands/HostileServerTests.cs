using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Testing.Fixture;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>An MLflow server that lists what lies outside of the run: a real server's answers, with one entry more in every listing of artifacts.</summary>
public sealed class HostileServerTests
{
    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("model/../../../../etc/passwd")]
    [InlineData("..")]
    public async Task A_path_out_of_the_run_in_a_listing_is_refused_and_nothing_is_written(string path)
    {
        await using var honest = await FixtureMlflowServer.StartAsync("3.6");
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        await using var hostile = await LoopbackServer.StartAsync(context => ForwardAsync(context, client, honest.Address, path));
        using var scene = new CommandScene();
        scene.Environment["MLFLOW_TRACKING_URI"] = hostile.Address;
        var run = (string)
            JsonNode.Parse(await File.ReadAllTextAsync(ProjectFiles.TestData("mlflow/3.6/sqlite/ids.json")))!["runs"]!["tuned"]!;
        var refused = await scene.RefuseAsync(2, "anchor", "run", run);
        Assert.Contains(path, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(hostile.Asked, asked => asked.Method is "PUT" or "PATCH" or "DELETE");

        scene.Environment["MLFLOW_TRACKING_URI"] = honest.Address;
        await scene.ExpectAsync(0, "anchor", "run", run);
        scene.Environment["MLFLOW_TRACKING_URI"] = hostile.Address;
        var verdict = await scene.RunAsync("verify", "run", run);
        Assert.True(verdict.Code is 1 or 2 or 3, verdict.ToString());
        Assert.DoesNotContain("root:", verdict.Out + verdict.Error, StringComparison.Ordinal);
    }

    private static async Task ForwardAsync(HttpContext context, HttpMessageInvoker client, string address, string evil)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            address + context.Request.Path.ToUriComponent() + context.Request.QueryString
        );
        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            request.Content.Headers.ContentLength = context.Request.ContentLength;
        }

        using var response = await client.SendAsync(request, context.RequestAborted);
        var body = await response.Content.ReadAsByteArrayAsync();
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(WithEntry(body, evil));
    }

    private static byte[] WithEntry(byte[] body, string evil)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject answer && answer["files"] is JsonArray files)
            {
                files.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["path"] = evil,
                            ["is_dir"] = false,
                            ["file_size"] = 10,
                        }
                );
                return JsonSerializer.SerializeToUtf8Bytes(answer);
            }
        }
        catch (JsonException)
        {
            // A file of the run, passed on as it is.
        }

        return body;
    }
}
