using System.Net;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>Many callers at once: each gets its own answer, its own id and its own receipt.</summary>
public sealed class ConcurrentReceiptTests
{
    private const int Callers = 200;

    [Theory]
    [InlineData(ReceiptWait.Logged, "logged")]
    [InlineData(ReceiptWait.Checkpointed, "checkpointed")]
    [InlineData(ReceiptWait.None, "queued")]
    public async Task Each_caller_gets_its_own_answer_and_an_id_that_nobody_else_has(ReceiptWait wait, string state)
    {
        await using var scene = await ScoringScene.StartAsync(
            new ScriptedModel
            {
                Run = async (input, token) =>
                {
                    await Task.Yield();
                    token.ThrowIfCancellationRequested();
                    return new ModelOutput(input.Value?.DeepClone(), []);
                },
                Log = async entry =>
                {
                    await Task.Yield();
                    return entry;
                },
            },
            new ScoringServerOptions { Wait = wait }
        );

        var ids = await Task.WhenAll(Enumerable.Range(0, Callers).Select(AskAsync));

        Assert.Equal(Callers, ids.Distinct().Count());
        Assert.Equal(ids.Order(), scene.Model.Receipts.Keys.Order());

        async Task<string> AskAsync(int number)
        {
            using var response = await scene.PostAsync($"{{\"inputs\":[{number}]}}");
            var answer = await ScoringScene.ReadAsync(response);
            Assert.True(response.StatusCode is HttpStatusCode.OK, answer.ToJsonString());
            Assert.Contains($"[{number}]", answer.ToJsonString(), StringComparison.Ordinal);
            Assert.Equal(state, Assert.Single(response.Headers.GetValues("Hallmark-Receipt-State")));
            var id = Assert.Single(response.Headers.GetValues("Hallmark-Decision-Id"));
            var receipts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => scene.GetAsync("/receipts/" + id)));
            Assert.All(receipts, receipt => Assert.Equal(id, receipt.Body["decision_id"]!.GetValue<string>()));
            return id;
        }
    }

    [Fact]
    public async Task Receipts_are_given_while_every_turn_is_taken()
    {
        var release = new TaskCompletionSource();
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions
            {
                Limits = new ScoringLimits { MaxConcurrentPredictions = 1, MaxQueuedPredictions = 0 },
            }
        );
        using var first = await scene.PostAsync("""{"inputs":[1]}""");
        var link = Assert.Single(first.Headers.GetValues("Hallmark-Receipt"));
        var runs = new TaskCompletionSource();
        scene.Model.Run = async (_, _) =>
        {
            runs.SetResult();
            await release.Task;
            return new ModelOutput(JsonValue.Create(1), []);
        };
        var stuck = scene.PostAsync("""{"inputs":[2]}""");
        await runs.Task.WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(HttpStatusCode.TooManyRequests, (await scene.AskAsync("""{"inputs":[3]}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync(link)).Status);

        release.SetResult();
        using var last = await stuck;
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
    }
}
