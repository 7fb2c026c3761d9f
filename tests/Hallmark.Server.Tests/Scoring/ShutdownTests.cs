using System.Net;
using Hallmark.Core.Events;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>A server that is stopped takes nothing new and answers what it has taken.</summary>
public sealed class ShutdownTests
{
    private const string Json = """{"inputs":[1]}""";

    [Fact]
    public async Task Predictions_under_way_are_answered_and_new_connections_are_not_taken()
    {
        await using var scene = await ScoringScene.StartAsync();
        var isLogging = new TaskCompletionSource<LoggedEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isDurable = new TaskCompletionSource<LoggedEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Model.Log = entry =>
        {
            isLogging.TrySetResult(entry);
            return isDurable.Task;
        };
        var asking = scene.PostAsync(Json);
        var entry = await isLogging.Task;

        var stopping = scene.Server.StopAsync(default);
        await Eventually.Async(async () =>
        {
            using var late = new HttpClient(new SocketsHttpHandler()) { BaseAddress = scene.Server.Address };
            try
            {
                using var _ = await late.GetAsync(new Uri("/ping", UriKind.Relative));
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
        Assert.False(stopping.IsCompleted);
        isDurable.SetResult(entry);

        using var response = await asking;
        await stopping;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("logged", Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
    }

    [Fact]
    public async Task A_model_that_never_answers_does_not_hold_the_stop_longer_than_the_drain_time()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { DrainTime = TimeSpan.FromMilliseconds(200) } }
        );
        scene.Model.Run = (_, _) => new TaskCompletionSource<ModelOutput>().Task;
        var asking = scene.PostAsync(Json);
        await Eventually.Async(() => Task.FromResult(!scene.Model.Asked.IsEmpty));

        await scene.Server.StopAsync(default);

        await Assert.ThrowsAnyAsync<Exception>(() => asking);
    }
}
