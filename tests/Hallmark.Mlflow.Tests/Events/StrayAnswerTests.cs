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

    public static TheoryData<int, string, string> Strays =>
        new()
        {
            { 200, "text/html; charset=utf-8", "<!doctype html><title>Sign in</title>" },
            { 200, "application/json", "<html>" },
            { 200, "application/json", "[]" },
            { 200, "application/json", "{\"a\": 1, \"a\": 2}" },
            { 409, "application/json", "{\"error_code\": \"RESOURCE_CONFLICT\", \"message\": \"somebody else writes\"}" },
        };

    [Theory]
    [MemberData(nameof(Strays))]
    public async Task An_events_tags_wait_the_optional_ones_too(int status, string mediaType, string body)
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

    private static Task<LoopbackServer> StartAsync(int status, string mediaType, string body) =>
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
