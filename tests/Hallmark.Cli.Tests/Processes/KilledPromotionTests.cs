using System.Diagnostics;
using System.Text.Json.Nodes;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Ledger;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>A promotion that makes room, killed (SIGKILL) anywhere, over a store of files, which changes one file after another. The user would lose the event of a version that was archived.</summary>
public sealed class KilledPromotionTests
{
    private static readonly string[] Promotion = ["promote", "iris-classifier/3", "--stage", "Production", "--archive-existing"];

    [Fact]
    public async Task The_same_command_finishes_what_a_killed_one_began_and_each_change_is_recorded_once()
    {
        var random = new Random(20261121);
        var length = TimeSpan.Zero;
        for (var round = 0; round < 7; round++)
        {
            using var scene = await PreparedAsync();
            var before = await TransitionsAsync(scene);
            var watch = Stopwatch.StartNew();
            using (var process = new HallmarkProcess(scene, null, Promotion))
            {
                if (round > 0)
                {
                    // The first one runs to its end, and tells how long that takes here.
                    await Task.Delay(length * (0.3 + (0.7 * random.NextDouble())));
                    process.Kill();
                }

                await process.EndAsync();
            }

            length = round == 0 ? watch.Elapsed : length;
            await scene.ExpectAsync(0, Promotion);
            Assert.True((bool)(await scene.JsonAsync(0, Promotion))["was_recorded"]!);
            scene.Clock.Move(TimeSpan.FromHours(1));
            await scene.ExpectAsync(0, "outbox", "drain");

            var recorded = (await TransitionsAsync(scene)).Skip(before.Count).Order(StringComparer.Ordinal);
            Assert.Equal(["1 Production→Archived", "2 Production→Archived", "3 None→Production"], recorded);
            Assert.Equal(["Archived", "Archived", "Production"], Stages(scene));
            await scene.ExpectAsync(0, "ledger", "verify");
            await scene.ExpectAsync(0, "audit", "iris-classifier/3");
        }
    }

    private static async Task<CommandScene> PreparedAsync()
    {
        var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        await scene.ExpectAsync(0, "register", "iris-classifier", "--run", CommandScene.TunedRun);
        foreach (var version in new[] { "1", "2" })
        {
            await scene.ExpectAsync(0, "promote", "iris-classifier/" + version, "--stage", "Production");
        }

        return scene;
    }

    private static async Task<List<string>> TransitionsAsync(CommandScene scene)
    {
        var transitions = new List<string>();
        using var ledger = LedgerReader.Open(Path.Combine(scene.Home, "ledger"));
        await foreach (var entry in ledger.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            var record = JsonNode.Parse(entry.Record!.Value.Span)!;
            if (record["to_stage"] is not null)
            {
                transitions.Add($"{record["model_version"]} {record["from_stage"]}→{record["to_stage"]}");
            }
        }

        return transitions;
    }

    private static IEnumerable<string> Stages(CommandScene scene) =>
        Enumerable
            .Range(1, 3)
            .Select(version =>
                File.ReadLines(Path.Combine(scene.Store, "models", "iris-classifier", "version-" + version, "meta.yaml"))
                    .Single(line => line.StartsWith("current_stage:", StringComparison.Ordinal))["current_stage: ".Length..]
            );
}
