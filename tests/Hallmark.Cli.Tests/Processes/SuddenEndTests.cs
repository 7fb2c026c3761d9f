using System.Diagnostics;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Ledger;

namespace Hallmark.Cli.Tests.Processes;

public sealed class SuddenEndTests
{
    [Fact]
    public async Task A_process_killed_while_it_records_leaves_a_run_that_is_recorded_or_is_not()
    {
        var random = new Random(20261121);
        var watch = Stopwatch.StartNew();
        using (var whole = new CommandScene().WithStore())
        {
            Assert.Equal(0, (await HallmarkProcess.RunAsync(whole, "anchor", "run", CommandScene.TunedRun)).Code);
        }

        var (recorded, notRecorded) = (0, 0);
        var length = watch.ElapsedMilliseconds;
        for (var round = 0; round < 8; round++)
        {
            using var scene = new CommandScene().WithStore();
            using (var process = new HallmarkProcess(scene, null, "anchor", "run", CommandScene.TunedRun))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(length * (0.4 + (0.6 * random.NextDouble()))));
                process.Kill();
                await process.EndAsync();
            }

            // What is there is whole; what is not there can be done again; nothing needs a repair by hand.
            if (LedgerReader.Exists(Path.Combine(scene.Home, "ledger")))
            {
                scene.Clock.Move(TimeSpan.FromHours(1));
                await scene.ExpectAsync(0, "outbox", "drain");
                await scene.ExpectAsync(0, "ledger", "verify");
            }

            var verdict = await scene.RunAsync("verify", "run", CommandScene.TunedRun);
            if (verdict.Code == 0)
            {
                recorded++;
            }
            else
            {
                Assert.Contains("not_anchored", verdict.Out, StringComparison.Ordinal);
                notRecorded++;
                await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
                await scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun);
            }

            Assert.Single((await scene.JsonAsync(0, "key", "list")).AsArray());
        }

        Assert.Equal(8, recorded + notRecorded);
    }

    [Fact]
    public async Task A_process_that_died_before_it_made_the_ledger_left_none_and_the_next_one_makes_it()
    {
        using var scene = new CommandScene().WithStore();
        var folder = Directory.CreateDirectory(Path.Combine(scene.Home, "ledger"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "lock"), "");
        folder.CreateSubdirectory("tmp");

        Assert.Contains("there is no ledger in", (await scene.RunAsync("outbox", "drain")).Error, StringComparison.Ordinal);
        Assert.Contains("not_anchored", (await scene.RunAsync("verify", "run", CommandScene.TunedRun)).Out, StringComparison.Ordinal);
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        await scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun);
    }

    [Fact]
    public async Task The_program_itself_writes_plain_text_into_pipes_and_exports_to_them()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        var recorded = await HallmarkProcess.RunAsync(scene, "anchor", "file", scene.Folder.File("a.txt"));
        Assert.True(recorded.Code == 0, recorded.ToString());
        Assert.DoesNotContain('\e', recorded.Out + recorded.Error);
        var export = await HallmarkProcess.RunAsync(scene, "ledger", "export");
        Assert.Equal(2, export.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(2, (await HallmarkProcess.RunAsync(scene, "verfy")).Code);
    }
}
