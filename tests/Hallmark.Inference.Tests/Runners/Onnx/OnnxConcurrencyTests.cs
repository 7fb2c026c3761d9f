using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Many threads at one runner, and a runner that goes while they are at it.</summary>
public sealed class OnnxConcurrencyTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    private const int Threads = 64;

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Sixty_four_threads_get_each_their_own_answer()
    {
        await using var numbers = await models.StartGraphAsync("pair");
        await using var words = await models.StartGraphAsync("words");
        var answers = await OnThreadsAsync(async thread =>
        {
            for (var round = 0; round < 50; round++)
            {
                var (a, b) = (thread * 1000 + round, thread);
                var difference = await numbers.RunAsync(ModelInput.Of(new JsonObject { ["a"] = a, ["b"] = b }), CancellationToken.None);
                Assert.Equal($"[[{a - b}]]", difference.Value!.ToJsonString());
                var number = await words.RunAsync(ModelInput.Of(new JsonArray(round % 2 == 0 ? "eins" : "zwei")), CancellationToken.None);
                Assert.Equal($"[[{round % 2 + 1}]]", number.Value!.ToJsonString());
            }

            return true;
        });
        Assert.Equal(Threads, answers.Count(answered => answered));
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task A_runner_that_is_let_go_while_it_runs_answers_rightly_or_says_that_it_is_gone()
    {
        for (var round = 0; round < 5; round++)
        {
            var runner = await models.StartGraphAsync("pair");
            using var started = new CountdownEvent(Threads);
            var runs = OnThreadsAsync(async thread =>
            {
                started.Signal();
                for (var count = 0; ; count++)
                {
                    try
                    {
                        var output = await runner.RunAsync(
                            ModelInput.Of(new JsonObject { ["a"] = thread, ["b"] = 1 }),
                            CancellationToken.None
                        );
                        Assert.Equal($"[[{thread - 1}]]", output.Value!.ToJsonString());
                    }
                    catch (ObjectDisposedException)
                    {
                        return count;
                    }
                }
            });
            started.Wait();
            await runner.DisposeAsync();
            Assert.Equal(Threads, (await runs).Count);
        }
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task Letting_go_twice_is_the_same_as_once_and_nothing_runs_afterwards()
    {
        var runner = await models.StartGraphAsync("matrix");
        await runner.DisposeAsync();
        await runner.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            runner.RunAsync(ModelInput.Of(JsonNode.Parse("[1,2,3]")), CancellationToken.None)
        );
    }

    [PeerFact(OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task A_run_that_is_cancelled_before_it_begins_does_not_begin()
    {
        await using var runner = await models.StartGraphAsync("endless");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            runner.RunAsync(ModelInput.Of(JsonNode.Parse("[1]")), new CancellationToken(canceled: true))
        );
    }

    // Threads of their own: the pool would start them one after another.
    private static async Task<List<T>> OnThreadsAsync<T>(Func<int, Task<T>> work) =>
        [
            .. await Task.WhenAll(
                Enumerable
                    .Range(0, Threads)
                    .Select(thread =>
                        Task.Factory.StartNew(
                                () => work(thread),
                                CancellationToken.None,
                                TaskCreationOptions.LongRunning,
                                TaskScheduler.Default
                            )
                            .Unwrap()
                    )
            ),
        ];
}
