using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>"What must hold" 6: two processes that share one home do not corrupt it.</summary>
public sealed class SharedHomeTests
{
    [Fact]
    public async Task Two_processes_that_record_into_one_new_home_both_end_well_and_nothing_is_lost()
    {
        using var scene = new CommandScene().WithStore();
        var other = scene.Folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns-2");
        using var first = new HallmarkProcess(scene, null, "anchor", "run", CommandScene.TunedRun, "--json");
        using var second = new HallmarkProcess(
            scene,
            new Dictionary<string, string> { ["MLFLOW_TRACKING_URI"] = other },
            "anchor",
            "run",
            CommandScene.TunedRun,
            "--json",
            "--relocate",
            "/srv/mlflow/mlruns=" + other
        );
        Ended[] ended = [await first.EndAsync(), await second.EndAsync()];
        Assert.All(ended, one => Assert.True(one.Code is 0 or 3, one.ToString()));
        Assert.Contains(ended, one => one.Code == 0);
        Assert.All(ended.Where(one => one.Code == 3), one => Assert.StartsWith("error: ", one.Error, StringComparison.Ordinal));
        Assert.Single((await scene.JsonAsync(0, "key", "list")).AsArray());
        Assert.Equal(0, (int)(await scene.JsonAsync(0, "outbox", "drain"))["to_do"]!);
        await scene.ExpectAsync(0, "ledger", "verify");
        if (ended[0].Code == 0)
        {
            await scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun);
        }

        if (ended[1].Code == 0)
        {
            scene.Environment["MLFLOW_TRACKING_URI"] = other;
            await scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun, "--relocate", "/srv/mlflow/mlruns=" + other);
        }
    }

    [Fact]
    public async Task Six_processes_that_record_files_into_one_home_lose_none_of_them()
    {
        using var scene = new CommandScene();
        await scene.ExpectAsync(0, "init");
        var files = Enumerable.Range(0, 6).Select(i => scene.Folder.File($"file-{i}.txt")).ToList();
        foreach (var file in files)
        {
            await File.WriteAllTextAsync(file, file);
        }

        var processes = files.ConvertAll(file => new HallmarkProcess(scene, null, "anchor", "file", file));
        var acknowledged = 0;
        for (var i = 0; i < files.Count; i++)
        {
            using var process = processes[i];
            var ended = await process.EndAsync();
            Assert.True(ended.Code is 0 or 3, ended.ToString());
            if (ended.Code == 0)
            {
                acknowledged++;
                await scene.ExpectAsync(0, "verify", "file", files[i]);
            }
        }

        Assert.True(acknowledged > 0);
        Assert.Equal(acknowledged, (long)(await scene.JsonAsync(0, "ledger", "verify"))["entries"]!);
    }
}
