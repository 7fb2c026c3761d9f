using Hallmark.Core.Failures;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>The worker of a home: does what is due, holds no lock while it has nothing to do, stops when told.</summary>
public sealed class OutboxWorkerTests : IDisposable
{
    private readonly HomeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Work_that_appears_while_it_runs_is_done_and_others_can_record_beside_it()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var steps = new List<OutboxStep>();
        var done = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var worker = Worker(settings)
            .RunAsync(
                step =>
                {
                    steps.Add(step);
                    if (steps.Count == 3)
                    {
                        done.SetResult();
                    }
                },
                complaint => { },
                stop.Token
            );
        for (var i = 0; i < 3; i++)
        {
            await using var session = _scene.Open(settings);
            await _scene.RecordAsync(session, $"file-{i}");
        }

        await done.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await stop.CancelAsync();
        await worker;
        Assert.All(steps, step => Assert.Equal("anchor:vault: done", step.Describe()));
        Assert.Equal(3, Directory.GetFiles(_scene.Vault("vault")).Length);
        Assert.False(await Worker(settings).HasWorkAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_dead_anchor_delays_no_other_and_keeps_its_work()
    {
        var settings = new HallmarkSettings
        {
            Anchors = [new CheckpointFileSettings { Name = "dead", Folder = "/nowhere/at/all" }, _scene.VaultAnchor("vault")],
        };
        await using var session = _scene.Open(settings);
        await _scene.RecordAsync(session, "one");
        var report = await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal((1, 1L, 0L), (report.Done, report.ToDo, report.GivenUp));
        Assert.Contains("dead", report.LastError, StringComparison.Ordinal);
        Assert.Equal(3, report.ExitCode);
        Assert.Single(Directory.GetFiles(_scene.Vault("vault")));
    }

    [Fact]
    public async Task Work_that_waits_for_its_time_is_no_failure()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault", TimeSpan.FromHours(1))] };
        await using var session = _scene.Open(settings);
        await _scene.RecordAsync(session, "one");
        await session.DrainOutboxAsync(CancellationToken.None);
        await _scene.RecordAsync(session, "two");
        var report = await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal((0L, 1L, 0), (report.ToDo, report.Waiting, report.ExitCode));
        Assert.Contains("waiting for the world", report.Describe(), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_scene.Vault("vault")));
        Assert.False(await Worker(settings).HasWorkAsync(CancellationToken.None));
        _scene.Clock.Move(TimeSpan.FromHours(1));
        Assert.True(await Worker(settings).HasWorkAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Only_the_newest_of_several_checkpoints_goes_when_the_time_has_come()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault", TimeSpan.FromHours(1))] };
        await using var session = _scene.Open(settings);
        foreach (var content in new[] { "one", "two", "three" })
        {
            await _scene.RecordAsync(session, content);
            await session.DrainOutboxAsync(CancellationToken.None);
        }

        _scene.Clock.Move(TimeSpan.FromHours(2));
        await session.DrainOutboxAsync(CancellationToken.None);
        Assert.Equal(
            ["checkpoint-000000000001.txt", "checkpoint-000000000003.txt"],
            Directory.GetFiles(_scene.Vault("vault")).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public async Task Settings_that_turn_faulty_end_the_worker_with_their_faults()
    {
        var settings = new HallmarkSettings();
        await using (var session = _scene.Open(settings))
        {
            await _scene.RecordAsync(session, "one");
        }

        await File.WriteAllTextAsync(_scene.Home.SettingsFile, "{\"colour\": 1}");
        await using (var session = _scene.Open(new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] }))
        {
            await _scene.RecordAsync(session, "two");
        }

        var worker = new OutboxWorker(
            () => throw Assert.Throws<SettingsException>(() => SettingsReader.Read(_scene.Home)),
            _scene.Home,
            TimeSpan.FromSeconds(1),
            _scene.Clock
        );
        var failure = await Assert.ThrowsAsync<SettingsException>(() =>
            worker.RunAsync(step => { }, complaint => { }, CancellationToken.None)
        );
        Assert.Equal(2, failure.ExitCode);
    }

    [Fact]
    public async Task A_round_that_cannot_be_done_now_is_said_once_and_tried_again()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        await using (var session = _scene.Open(settings))
        {
            await _scene.RecordAsync(session, "one");
        }

        var rounds = 0;
        var complaints = new List<string>();
        var done = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var worker = new OutboxWorker(
            () => ++rounds < 3 ? throw new UnavailableException("the disk is away") : _scene.Open(settings),
            _scene.Home,
            TimeSpan.FromMilliseconds(10),
            _scene.Clock
        ).RunAsync(step => done.TrySetResult(), complaints.Add, stop.Token);
        await done.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await stop.CancelAsync();
        await worker;
        Assert.Equal(["the disk is away"], complaints);
    }

    [Fact]
    public async Task A_home_without_a_ledger_has_no_work_and_gets_none()
    {
        Assert.False(await Worker(new HallmarkSettings()).HasWorkAsync(CancellationToken.None));
        Assert.False(Directory.Exists(_scene.Home.Path));
    }

    private OutboxWorker Worker(HallmarkSettings settings) =>
        new(() => _scene.Open(settings), _scene.Home, TimeSpan.FromMilliseconds(10), _scene.Clock);
}
