using System.Text;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>The bound on an answer's size, to the byte, whether or not the server says beforehand how long it is.</summary>
public sealed class AnswerSizeTests
{
    private const int Bound = 4096;

    [Theory]
    [InlineData(Bound - 1, true)]
    [InlineData(Bound - 1, false)]
    [InlineData(Bound, true)]
    [InlineData(Bound, false)]
    public async Task An_answer_as_long_as_allowed_is_read(int length, bool isAnnounced)
    {
        await using var server = await ServeAsync(length, isAnnounced);
        await using var store = RestStores.Open(server.Address, limits: RestStores.Quick with { MaxAnswerBytes = Bound });
        Assert.Empty(await store.ListRegisteredModelsAsync(default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_byte_more_is_refused(bool isAnnounced)
    {
        await using var server = await ServeAsync(Bound + 1, isAnnounced);
        await using var store = RestStores.Open(server.Address, limits: RestStores.Quick with { MaxAnswerBytes = Bound });
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListRegisteredModelsAsync(default));
        Assert.Equal("the MLflow server's answer is longer than 4096 bytes", failure.Message);
    }

    [Fact]
    public async Task A_refusal_that_is_longer_than_a_mebibyte_is_refused_itself()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = 400;
            await context.Response.Body.WriteAsync(new byte[(1 << 20) + 1]);
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListRegisteredModelsAsync(default));
        Assert.Equal("the MLflow server's answer is longer than 1048576 bytes", failure.Message);
    }

    [Fact]
    public async Task An_answer_that_ends_before_its_announced_length_is_a_server_out_of_reach_and_no_short_answer()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{}");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.ListRegisteredModelsAsync(default));
        Assert.StartsWith($"the MLflow server {server.Address}/ does not answer: ", failure.Message, StringComparison.Ordinal);
    }

    private static Task<LoopbackServer> ServeAsync(int length, bool isAnnounced) =>
        LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = isAnnounced ? length : null;
            var body = Encoding.ASCII.GetBytes("{}".PadRight(length));
            foreach (var part in body.Chunk(1000))
            {
                await context.Response.Body.WriteAsync(part);
                await context.Response.Body.FlushAsync();
            }
        });
}
