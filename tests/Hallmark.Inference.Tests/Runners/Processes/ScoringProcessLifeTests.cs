using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Inference.Runners.Scoring;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>A scoring process is started again when it dies, and ends with us.</summary>
public sealed class ScoringProcessLifeTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact("node")]
    public async Task A_process_that_was_killed_is_started_again_and_meanwhile_says_when_to_come_again()
    {
        var notices = new ConcurrentQueue<string>();
        var clock = new TestClock();
        var pause = TimeSpan.FromSeconds(2);
        var options = FaultyServer.Options("where") with { FirstPause = pause, Notice = notices.Enqueue };
        await using var runner = await FaultyServer.StartAsync(options, _folder.Path, clock);
        var first = runner.ProcessId!.Value;
        clock.Stop();
        ProcessTable.Kill(first);
        await ProcessTable.UntilAsync(() => runner.ProcessId is null, "nobody noticed");
        Assert.False(runner.IsReady);
        var failure = await Assert.ThrowsAsync<UnavailableException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
        Assert.Contains("signal 9", failure.Message, StringComparison.Ordinal);
        Assert.Equal(pause, failure.RetryAfter);

        clock.Start();
        await ProcessTable.UntilAsync(() => runner.ProcessId is not null, "it was not started again");
        Assert.True(runner.IsReady);
        Assert.NotEqual(first, (await runner.RunAsync(FaultyServer.AnyInput, None)).Value!["pid"]!.GetValue<int>());
        await ProcessTable.UntilAsync(() => notices.Count == 2, "its end or its new start was not told");
    }

    [PeerFact("node")]
    public async Task A_process_that_dies_of_a_prediction_fails_that_one_and_the_next_is_answered_by_a_new_one()
    {
        await using var runner = await FaultyServer.StartAsync("crash", _folder.Path);
        for (var i = 0; i < 3; i++)
        {
            var before = runner.ProcessId;
            var failure = await Assert.ThrowsAsync<UnavailableException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
            Assert.NotNull(failure.RetryAfter);
            await ProcessTable.UntilAsync(() => runner.ProcessId is { } now && now != before, "it was not started again");
        }
    }

    [PeerFact("node")]
    public async Task A_process_that_hangs_is_ended_and_started_again_after_three_predictions_without_an_answer()
    {
        var notices = new ConcurrentQueue<string>();
        var clock = new TestClock();
        var options = FaultyServer.Options("hangs") with
        {
            Limits = new ExchangeLimits { Timeout = TimeSpan.FromMinutes(30) },
            Notice = notices.Enqueue,
        };
        await using var runner = await FaultyServer.StartAsync(options, _folder.Path, clock);
        var first = runner.ProcessId!.Value;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(first, runner.ProcessId);
            var asking = runner.RunAsync(FaultyServer.AnyInput, None);
            await ProcessTable.UntilAsync(() => File.Exists(_folder.File("hangs")), "it was not asked");
            clock.Advance(TimeSpan.FromMinutes(30));
            await Assert.ThrowsAsync<UnavailableException>(() => asking);
        }

        await ProcessTable.UntilAsync(() => runner.ProcessId is { } now && now != first, "it was not started again");
        Assert.False(ProcessTable.Runs(first));
        Assert.Contains(notices, notice => notice.Contains("answered nothing any more", StringComparison.Ordinal));
    }

    [PeerFact("node")]
    public async Task A_process_that_is_slow_with_predictions_but_says_that_it_is_ready_is_left_alone()
    {
        var clock = new TestClock();
        var options = FaultyServer.Options("silent") with { Limits = new ExchangeLimits { Timeout = TimeSpan.FromMilliseconds(100) } };
        await using var runner = await FaultyServer.StartAsync(options, _folder.Path, clock);
        var first = runner.ProcessId;
        var asked = Pings();

        // Time runs out for predictions only.
        clock.Stop();
        for (var i = 0; i < 9; i++)
        {
            var asking = runner.RunAsync(FaultyServer.AnyInput, None);
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Assert.ThrowsAsync<UnavailableException>(() => asking);
        }

        await ProcessTable.UntilAsync(() => Pings() > asked, "it was not asked whether it is ready");
        Assert.Equal(first, runner.ProcessId);

        long Pings() => new FileInfo(_folder.File("pings")).Length;
    }

    [PeerFact("node")]
    public async Task A_log_that_is_gone_does_not_end_the_restarts()
    {
        var options = FaultyServer.Options("where") with { Notice = _ => throw new IOException("the terminal is closed") };
        await using var runner = await FaultyServer.StartAsync(options, _folder.Path);
        for (var i = 0; i < 2; i++)
        {
            var before = runner.ProcessId!.Value;
            ProcessTable.Kill(before);
            await ProcessTable.UntilAsync(() => runner.ProcessId is { } now && now != before, "it was not started again");
            await runner.RunAsync(FaultyServer.AnyInput, None);
        }
    }

    [PeerFact("node")]
    public async Task A_process_that_does_not_start_again_is_tried_again_and_says_why()
    {
        var notices = new ConcurrentQueue<string>();
        await using var runner = await FaultyServer.StartAsync(
            FaultyServer.Options("once") with
            {
                Notice = notices.Enqueue,
            },
            _folder.Path
        );
        ProcessTable.Kill(runner.ProcessId!.Value);
        await ProcessTable.UntilAsync(
            () => notices.Count(notice => notice.Contains("exit code 4", StringComparison.Ordinal)) > 1,
            "it was not tried twice"
        );
        var failure = await Assert.ThrowsAsync<UnavailableException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
        Assert.Contains("exit code 4", failure.Message, StringComparison.Ordinal);

        File.Delete(_folder.File("ran"));
        await ProcessTable.UntilAsync(() => runner.ProcessId is not null, "it was not started again");
        await runner.RunAsync(FaultyServer.AnyInput, None);
    }

    [PeerFact("node")]
    public async Task A_copy_that_was_changed_after_it_was_verified_is_not_started_again()
    {
        var file = _folder.File("model.pkl");
        await File.WriteAllTextAsync(file, "verified");
        var hash = (await ArtifactSnapshot.OfFolderAsync(_folder.Path, progress: null, None)).Hash;
        var factory = new ScoringProcessRunnerFactory(FaultyServer.Options("where"), TimeProvider.System);
        await using var runner = (ScoringProcessRunner)await factory.StartAsync(new ModelFolder(_folder.Path, null) { Hash = hash }, None);
        await File.WriteAllTextAsync(file, "swapped");
        ProcessTable.Kill(runner.ProcessId!.Value);
        await ProcessTable.UntilAsync(
            () => runner.ProcessId is null && Why() is { } why && why.Contains("changed after", StringComparison.Ordinal),
            "it was not noticed"
        );

        await File.WriteAllTextAsync(file, "verified");
        await ProcessTable.UntilAsync(() => runner.ProcessId is not null, "it was not started again");

        string? Why()
        {
            try
            {
                runner.RunAsync(FaultyServer.AnyInput, None).GetAwaiter().GetResult();
                return null;
            }
            catch (UnavailableException failure)
            {
                return failure.Message;
            }
        }
    }

    [PeerFact("node")]
    public async Task A_process_ends_with_its_runner_and_is_asked_first()
    {
        var runner = await FaultyServer.StartAsync("polite", _folder.Path);
        var id = runner.ProcessId!.Value;
        await runner.DisposeAsync();
        await runner.DisposeAsync();
        Assert.False(ProcessTable.Runs(id));
        Assert.True(File.Exists(_folder.File("farewell")), "it was not asked");
        await Assert.ThrowsAsync<ObjectDisposedException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
    }

    [PeerFact("node")]
    public async Task A_process_that_does_not_want_to_end_is_killed_and_so_is_what_it_started()
    {
        var stubborn = await FaultyServer.StartAsync(
            FaultyServer.Options("stubborn") with
            {
                StopTimeout = TimeSpan.FromMilliseconds(200),
            },
            _folder.Path
        );
        var id = stubborn.ProcessId!.Value;
        await stubborn.DisposeAsync();
        Assert.False(ProcessTable.Runs(id));

        var family = await FaultyServer.StartAsync("family", _folder.Path);
        var grandchild = Grandchild();
        Assert.True(ProcessTable.Runs(grandchild));
        await family.DisposeAsync();
        await ProcessTable.EndOfAsync(grandchild);
    }

    [PeerFact("node")]
    public async Task What_a_dead_process_left_behind_is_killed_before_the_next_one_starts()
    {
        await using var runner = await FaultyServer.StartAsync("family", _folder.Path);
        var grandchild = Grandchild();
        ProcessTable.Kill(runner.ProcessId!.Value);
        await ProcessTable.EndOfAsync(grandchild);
    }

    [PeerFact("node", "setsid")]
    public async Task A_process_and_its_children_end_when_we_are_killed_without_a_chance_to_do_anything()
    {
        using var host = StartHost("family");
        var id = await ReadyAsync(host);
        var grandchild = Grandchild();
        Assert.True(ProcessTable.Runs(id));
        var folder = new FileInfo($"/proc/{id}/cwd").LinkTarget!;
        Assert.True(Directory.Exists(folder));
        ProcessTable.Kill(host.Id);
        await ProcessTable.EndOfAsync(id);
        await ProcessTable.EndOfAsync(grandchild);
        await ProcessTable.UntilAsync(() => !Directory.Exists(folder), "its folder is left behind");
        Assert.Equal(TetherStrength.Group, ScoringProcessRunner.Tether);
    }

    [PeerFact("node")]
    public async Task A_process_ends_when_we_leave_without_a_word()
    {
        using var host = StartHost("stubborn");
        var id = await ReadyAsync(host);
        host.StandardInput.Close();
        await host.WaitForExitAsync();
        await ProcessTable.EndOfAsync(id);
    }

    [PeerFact("node")]
    public async Task Predictions_run_beside_each_other()
    {
        await using var runner = await FaultyServer.StartAsync("echo", _folder.Path);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(i => runner.RunAsync(new ModelInput(InputForm.Instances, new JsonArray(i)), None))
        );
        Assert.Equal(Enumerable.Range(0, 64), answers.Select(answer => answer.Value!["instances"]![0]!.GetValue<int>()));
    }

    private int Grandchild() => int.Parse(File.ReadAllText(_folder.File("grandchild")), CultureInfo.InvariantCulture);

    private Process StartHost(string mode)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var host = Path.Combine(
            AppContext.BaseDirectory.Replace("Hallmark.Inference.Tests", "Hallmark.Inference.ProcessHost", StringComparison.Ordinal),
            "Hallmark.Inference.ProcessHost.dll"
        );
        foreach (var argument in (string[])[host, _folder.Path, .. FaultyServer.Options(mode).Command!])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task<int> ReadyAsync(Process host)
    {
        var line = await host.StandardOutput.ReadLineAsync();
        Assert.StartsWith("ready ", line, StringComparison.Ordinal);
        return int.Parse(line!.AsSpan(6), CultureInfo.InvariantCulture);
    }
}
