using System.Net;
using System.Text;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>A trace of MLflow's own, named by a request: in the record, tagged in the store, and verified.</summary>
public sealed class ServeTraceTests
{
    private const string Trace = "tr-6b9781eb3049049238723b0c962e659e";
    private const string Other = "tr-c14e8793e3a5122b640a7181f2938d82";

    [Fact]
    public async Task A_named_trace_is_tagged_and_verifies_and_an_edited_tag_does_not()
    {
        using var scene = new CommandScene().WithStore();
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address, "--mlflow-traces");
        using var response = await PostAsync(served, Trace);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var refused = await PostAsync(served, "tr-../../tags");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var id = Assert.Single(response.Headers.GetValues("Hallmark-Decision-Id"));
        Assert.Equal(0, await served.TerminateAsync());
        await scene.ExpectAsync(0, "outbox", "drain");

        Assert.Contains(id, await File.ReadAllTextAsync(Tag(scene, Trace, "ario.payload_json")), StringComparison.Ordinal);
        Assert.False(File.Exists(Tag(scene, Other, "ario.payload_json")));
        await scene.ExpectAsync(0, "verify", "trace", Trace, "--signer", "default");

        // An edited tag is a finding, also where nothing can be looked up by it.
        var version = await File.ReadAllTextAsync(Tag(scene, Trace, "ario.model_version"));
        await File.WriteAllTextAsync(Tag(scene, Trace, "ario.model_version"), "../3");
        await scene.ExpectAsync(1, "verify", "trace", Trace, "--signer", "default");
        await File.WriteAllTextAsync(Tag(scene, Trace, "ario.model_version"), version);
        var payload = await File.ReadAllTextAsync(Tag(scene, Trace, "ario.payload_json"));
        await File.WriteAllTextAsync(
            Tag(scene, Trace, "ario.payload_json"),
            payload.Replace("\"run_id\":\"unknown\"", "\"run_id\":\"../..\"")
        );
        await scene.ExpectAsync(1, "verify", "trace", Trace, "--signer", "default");
        await File.WriteAllTextAsync(Tag(scene, Trace, "ario.payload_json"), payload.Replace(id, "00000000-0000-4000-8000-000000000000"));
        await scene.ExpectAsync(1, "verify", "trace", Trace, "--signer", "default");
    }

    [Fact]
    public async Task Without_the_owners_word_a_caller_writes_to_no_trace()
    {
        using var scene = new CommandScene().WithStore();
        await using var server = await ModelServer.StartAsync();
        using var served = await ServedProcess.StartAsync(scene, "--proxy", server.Address);
        using var response = await PostAsync(served, Trace);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, await served.TerminateAsync());
        await scene.ExpectAsync(0, "outbox", "drain");

        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(Tag(scene, Trace, "x"))!, "ario.*"));
    }

    private static string Tag(CommandScene scene, string trace, string name) =>
        Path.Combine(scene.Store, "885861831355896768", "traces", trace, "tags", name);

    private static async Task<HttpResponseMessage> PostAsync(ServedProcess served, string trace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/invocations")
        {
            Content = new StringContent("""{"inputs":[1]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("X-MLflow-Trace-Id", trace);
        return await served.Client.SendAsync(request);
    }
}
