using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>The scoring process behind <c>hallmark serve</c> dies while it is asked: callers are told, a new one answers, no receipt is lost.</summary>
public sealed class RestartUnderLoadTests
{
    private const int Callers = 8;

    // Answers each prediction with its own process id.
    private const string Server = """
        require("http").createServer((asked, answer) => {
          asked.resume().on("end", () => {
            answer.setHeader("Content-Type", "application/json");
            answer.end(asked.url === "/ping" ? "{}" : JSON.stringify({ predictions: [process.pid] }));
          });
        }).listen(process.argv[1]);
        """;

    [PeerFact("node")]
    public async Task Every_answer_has_its_receipt_and_every_refusal_says_when_to_come_again()
    {
        using var scene = new CommandScene();
        var model = Path.GetDirectoryName(scene.Folder.File("model/model.bin"))!;
        await File.WriteAllTextAsync(Path.Combine(model, "model.bin"), "weights");
        using var served = await ServedProcess.StartAsync(
            scene,
            [model, "--allow-unanchored", "--wait", "checkpointed", "--", "node", "-e", Server, "{socket}", "{model}"]
        );
        var (ids, processes) = (new ConcurrentBag<string>(), new ConcurrentDictionary<int, bool>());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(AskUntilRestartedAsync));

        Assert.Equal(2, processes.Count);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var id in ids)
        {
            var receipt = JsonNode.Parse(await served.Client.GetStringAsync(new Uri("/receipts/" + id, UriKind.Relative)))!;
            Assert.Equal(id, receipt["decision_id"]!.GetValue<string>());
        }

        Assert.Equal(0, await served.TerminateAsync());
        await scene.ExpectAsync(0, "ledger", "verify");

        async Task AskUntilRestartedAsync(int caller)
        {
            var answered = 0;
            while (processes.Count < 2 || answered < 5)
            {
                using var response = await served.Client.PostAsync(
                    new Uri("/invocations", UriKind.Relative),
                    new StringContent("""{"inputs":[1]}""", Encoding.UTF8, "application/json"),
                    limit.Token
                );
                if (response.StatusCode is HttpStatusCode.OK)
                {
                    ids.Add(Assert.Single(response.Headers.GetValues("Hallmark-Decision-Id")));
                    var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(limit.Token))!;
                    var process = answer["predictions"]![0]!.GetValue<int>();
                    _ = processes.TryAdd(process, true);
                    if (++answered == 3 && caller == 0)
                    {
                        using var running = Process.GetProcessById(process);
                        running.Kill();
                    }
                }
                else
                {
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                    Assert.NotNull(response.Headers.RetryAfter);
                    Assert.False(response.Headers.Contains("Hallmark-Decision-Id"));
                    await Task.Delay(50, limit.Token);
                }
            }
        }
    }
}
