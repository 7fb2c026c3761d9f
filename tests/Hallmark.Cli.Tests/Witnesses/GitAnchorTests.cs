using System.Diagnostics;
using System.Text.Json.Nodes;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Witnesses;

/// <summary>The Git mode of <c>checkpoint-file</c> from the settings to the verdict, with the machine's own git.</summary>
public sealed class GitAnchorTests : IDisposable
{
    private readonly CommandScene _scene = new();

    private string Repository => Path.Combine(_scene.Folder.Path, "work.git");

    private string Remote => Path.Combine(_scene.Folder.Path, "remote.git");

    public void Dispose() => _scene.Dispose();

    [PeerFact("git")]
    public async Task A_checkpoint_is_added_tested_pushed_shown_and_verified_against_the_remote()
    {
        await AddAsync("remote=" + Remote, "branch=log");
        Assert.Equal("checkpoint-file", (string?)(await _scene.JsonAsync(0, "anchors", "list"))[0]!["type"]);
        var tested = (await _scene.JsonAsync(0, "anchors", "test"))[0]!;
        Assert.Equal("git", (string?)tested["would_send"]!["world"]);
        Assert.Equal("", Git(Remote, "branch", "--list"));

        await RecordAsync("a", "--wait=final");
        Assert.Equal("1", Git(Remote, "rev-list", "--count", "log"));
        Assert.Contains("is at ", (string?)(await _scene.JsonAsync(0, "anchors", "status"))[0]!["detail"], StringComparison.Ordinal);
        var witness = (await _scene.JsonAsync(0, "receipts", "show", "0", "--live"))["witnesses"]![0]!;
        Assert.Equal(("git", "final"), ((string?)witness["world"], (string?)witness["state"]));
        Assert.True((bool)witness["holds"]!);

        await RecordAsync("b");
        Assert.Equal("2", Git(Remote, "rev-list", "--count", "log"));
        await _scene.ExpectAsync(0, "verify", "file", _scene.Folder.File("a.txt"), "--live");
    }

    [PeerFact("git")]
    public async Task A_branch_that_was_rewritten_at_the_remote_refutes_the_receipt_live_and_not_offline()
    {
        await AddAsync("remote=" + Remote);
        await RecordAsync("a", "--wait=final");
        Git(Remote, "update-ref", "-d", "refs/heads/checkpoints");
        await _scene.ExpectAsync(0, "verify", "file", _scene.Folder.File("a.txt"), "--offline");
        var live = await _scene.ExpectAsync(1, "verify", "file", _scene.Folder.File("a.txt"), "--live");
        Assert.Contains("not on branch checkpoints", live.Out, StringComparison.Ordinal);
    }

    [PeerFact("git")]
    public async Task Offline_a_remote_is_not_asked_and_the_checkpoint_waits_in_the_outbox()
    {
        await AddAsync("remote=" + Remote);
        await RecordAsync("a", "--offline");
        Assert.Equal("", Git(Remote, "branch", "--list"));
        await _scene.ExpectAsync(3, "anchors", "status", "--offline");
        _scene.Clock.Move(TimeSpan.FromHours(2));
        await _scene.ExpectAsync(0, "outbox", "drain");
        Assert.Equal("1", Git(Remote, "rev-list", "--count", "checkpoints"));
    }

    [PeerFact("git")]
    public async Task Without_a_remote_the_branch_stays_here_and_is_no_outside_witness()
    {
        await AddAsync();
        await RecordAsync("a", "--wait=final");
        Assert.Equal("1", Git(Repository, "rev-list", "--count", "checkpoints"));
        var verified = await _scene.ExpectAsync(0, "verify", "file", _scene.Folder.File("a.txt"), "--live");
        Assert.Contains("no outside witness yet", verified.Out, StringComparison.Ordinal);
        await _scene.ExpectAsync(1, "verify", "file", _scene.Folder.File("a.txt"), "--live", "--require", "arweave");
    }

    [PeerFact("git")]
    public async Task A_repository_that_is_not_there_is_exit_3_and_the_event_is_recorded_all_the_same()
    {
        await _scene.ExpectAsync(0, "anchors", "add", "git", "checkpoint-file", "repository=/nowhere/at/all");
        await _scene.ExpectAsync(3, "anchors", "test");
        await RecordAsync("a");
        Assert.Equal(1, (long)(await _scene.JsonAsync(0, "status"))["entries"]!);
        Assert.Contains("/nowhere/at/all", (await _scene.ExpectAsync(0, "outbox", "list")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("repository=r", "folder=f")]
    [InlineData("repository=r", "branch=-D")]
    [InlineData("repository=r", "remote=ext::sh -c id")]
    [InlineData("remote=origin")]
    public async Task What_would_make_the_settings_faulty_is_refused_and_they_stay(params string[] members)
    {
        _scene.WithSettings(new JsonObject { ["origin"] = "example.org/log" });
        await _scene.RefuseAsync(2, ["anchors", "add", "git", "checkpoint-file", .. members]);
    }

    private async Task AddAsync(params string[] members)
    {
        Git(_scene.Folder.Path, "init", "--quiet", "--bare", Repository);
        Git(_scene.Folder.Path, "init", "--quiet", "--bare", Remote);
        await _scene.ExpectAsync(0, ["anchors", "add", "git", "checkpoint-file", "repository=" + Repository, .. members]);
    }

    private async Task RecordAsync(string name, params string[] options)
    {
        await File.WriteAllTextAsync(_scene.Folder.File(name + ".txt"), name);
        await _scene.ExpectAsync(0, ["anchor", "file", _scene.Folder.File(name + ".txt"), .. options]);
    }

    private static string Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', arguments)}");
        return output.TrimEnd('\n');
    }
}
