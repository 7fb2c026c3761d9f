using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.RestStore;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>What stands before an MLflow server answers in its place, with a page or with a conflict: nothing was refused, and the work must come again.</summary>
public sealed class StrayAnswerTests
{
    private const string RunId = "3f0c1d2e4b5a69788796a5b4c3d2e1f0";

    public static TheoryData<int, string?, string> Strays =>
        new()
        {
            { 400, "text/html", "<html><h1>400 Bad Request</h1><hr>nginx</html>" },
            { 400, "text/plain", "upstream sent too big header" },
            { 400, null, "" },
            { 400, "application/json", "" },
            { 400, "application/json", "[]" },
            { 400, "application/json", "{\"message\": \"Bad Request\"}" },
            { 400, "application/json", "{\"detail\": \"no upstream\"}" },
            { 400, "text/html", new string('x', (1 << 20) + 1) },
            { 422, "text/html", "<title>Unprocessable</title>" },
            { 302, "text/html", "<title>Moved, nobody knows where</title>" },
            { 200, "text/html; charset=utf-8", "<!doctype html><title>Sign in</title>" },
            { 200, "application/json", "<html>" },
            { 200, "application/json", "[]" },
            { 200, "application/json", "{\"a\": 1, \"a\": 2}" },
            { 409, "application/json", "{\"error_code\": \"RESOURCE_CONFLICT\", \"message\": \"somebody else writes\"}" },
        };

    [Theory]
    [MemberData(nameof(Strays))]
    public async Task An_events_tags_wait_the_optional_ones_too(int status, string? mediaType, string body)
    {
        await using var server = await StartAsync(status, mediaType, body);
        foreach (
            var step in new[]
            {
                Step(WriteBackTarget.RunTag, RunId),
                Step(WriteBackTarget.RegisteredModelTag, "scorer") with
                {
                    IsOptional = true,
                },
                Step(WriteBackTarget.ModelVersionTag, "scorer") with
                {
                    Version = "1",
                },
                Step(WriteBackTarget.TraceTag, "tr-" + RunId),
            }
        )
        {
            var work = new WriteBackWork(server.Address, "e1", [step]).ToOutbox();
            await Assert.ThrowsAsync<MlflowUnavailableException>(() => new MlflowWriteBackHandler(OpenAsync).HandleAsync(work, default));
        }
    }

    /// <summary>What MLflow itself says in its own words is a refusal: the same work would be refused for ever.</summary>
    [Theory]
    [InlineData(400, "{\"error_code\": \"INVALID_PARAMETER_VALUE\", \"message\": \"bad key\"}")]
    [InlineData(422, "{\"detail\": [{\"loc\": [\"body\"], \"msg\": \"field required\"}]}")]
    public async Task What_mlflow_refuses_in_its_own_words_is_given_up(int status, string body)
    {
        await using var server = await StartAsync(status, "application/json", body);
        var work = new WriteBackWork(server.Address, "e1", [Step(WriteBackTarget.RegisteredModelTag, "scorer")]).ToOutbox();
        await Assert.ThrowsAsync<BadInputException>(() => new MlflowWriteBackHandler(OpenAsync).HandleAsync(work, default));
    }

    /// <summary>A proxy refuses the tag, and knows no trace either, as it knows nothing: that is no word of MLflow's that the trace was deleted.</summary>
    [Fact]
    public async Task A_proxy_that_refuses_a_tag_and_knows_no_route_does_not_say_that_the_trace_was_deleted()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = HttpMethods.IsGet(context.Request.Method) ? 404 : 400;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<title>nginx</title>");
        });
        var work = new WriteBackWork(server.Address, "e1", [Step(WriteBackTarget.TraceTag, "tr-" + RunId)]).ToOutbox();
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => new MlflowWriteBackHandler(OpenAsync).HandleAsync(work, default));
    }

    private static Task<LoopbackServer> StartAsync(int status, string? mediaType, string body) =>
        LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = mediaType;
            return context.Response.WriteAsync(body);
        });

    private static Task<IMlflowStore> OpenAsync(string trackingUri, CancellationToken cancellationToken) =>
        Task.FromResult<IMlflowStore>(RestStores.Open(trackingUri));

    private static WriteBackStep Step(WriteBackTarget target, string id) =>
        new()
        {
            Target = target,
            Id = id,
            Key = "ario.payload_hash",
            Content = "x"u8.ToArray(),
        };
}
