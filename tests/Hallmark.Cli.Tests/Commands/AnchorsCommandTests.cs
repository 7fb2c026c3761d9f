using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>anchors</c>, <c>receipts</c> and <c>--wait</c>, on an anchor that needs no network.</summary>
public sealed class AnchorsCommandTests
{
    [Fact]
    public async Task An_anchor_is_added_tested_used_and_its_receipt_shown_refreshed_and_taken_along()
    {
        using var scene = new CommandScene();
        var vault = Directory.CreateDirectory(Path.Combine(scene.Folder.Path, "vault")).FullName;
        await scene.ExpectAsync(0, "anchors", "add", "vault", "checkpoint-file", "folder=" + vault);
        Assert.Equal("vault", (string?)(await scene.JsonAsync(0, "anchors", "list"))[0]!["name"]);
        Assert.True((bool)(await scene.JsonAsync(0, "anchors", "test"))[0]!["usable"]!);
        Assert.Empty(Directory.GetFiles(vault));

        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        var recorded = await scene.ExpectAsync(0, "anchor", "file", scene.Folder.File("a.txt"), "--wait=final");
        Assert.Contains("vault: final", recorded.Out, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(vault));

        var status = (await scene.JsonAsync(0, "anchors", "status"))[0]!;
        Assert.True((bool)status["reachable"]!);
        Assert.NotNull((string?)status["last_success"]);
        Assert.Contains("costs nothing", (await scene.ExpectAsync(0, "anchors", "fund")).Out, StringComparison.Ordinal);

        Assert.Equal("final", (string?)(await scene.JsonAsync(0, "receipts", "list"))[0]!["state"]);
        Assert.True((bool)(await scene.JsonAsync(0, "receipts", "show", "0"))["witnesses"]![0]!["holds"]!);
        Assert.Equal(0, (int)(await scene.JsonAsync(0, "receipts", "refresh"))["asked"]!);
        var folder = Path.Combine(scene.Folder.Path, "out");
        await scene.ExpectAsync(0, "receipts", "export", "0", "--output", folder);
        Assert.Equal(["checkpoint-1.txt", "vault.receipt.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());

        var verified = await scene.ExpectAsync(0, "verify", "file", scene.Folder.File("a.txt"));
        Assert.Contains("VERIFIED, no outside witness yet", verified.Out, StringComparison.Ordinal);
        Assert.Contains("vault: final", verified.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_anchor_out_of_reach_is_exit_3_for_status_test_and_wait_and_the_event_stays()
    {
        using var scene = new CommandScene();
        await scene.ExpectAsync(0, "anchors", "add", "vault", "checkpoint-file", "folder=/nowhere/at/all");
        await scene.ExpectAsync(3, "anchors", "status");
        await scene.ExpectAsync(3, "anchors", "test");
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        var waited = await scene.ExpectAsync(3, "anchor", "file", scene.Folder.File("a.txt"), "--wait", "--wait-timeout", "0s");
        Assert.Contains("nothing is lost", waited.Error, StringComparison.Ordinal);
        Assert.Equal(1, (long)(await scene.JsonAsync(0, "status"))["entries"]!);
    }

    [Fact]
    public async Task Waiting_without_an_anchor_is_refused_before_anything_is_recorded()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        var refused = await scene.RefuseAsync(3, "anchor", "file", scene.Folder.File("a.txt"), "--wait");
        Assert.Contains("no anchor is configured", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vault", "pigeon")]
    [InlineData("vault", "checkpoint-file")]
    [InlineData("vault", "checkpoint-file", "folder")]
    [InlineData("vault", "checkpoint-file", "folder=a", "folder=b")]
    [InlineData("vault", "arweave", "upload=http://example.org")]
    [InlineData("vault", "arweave", "upload=https://me:t0psecret@example.org")]
    [InlineData("vault", "opentimestamps", "min_calendars=9")]
    [InlineData("vault", "opentimestamps", "bitcoin.cookie_file=/x")]
    [InlineData("vault", "rfc3161", "url=https://tsa.example.org")]
    public async Task What_would_make_the_settings_faulty_is_refused_and_they_stay(params string[] words)
    {
        using var scene = new CommandScene().WithSettings(new JsonObject { ["origin"] = "example.org/log" });
        var refused = await scene.RefuseAsync(2, ["anchors", "add", .. words]);
        Assert.DoesNotContain("t0psecret", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_and_offline_contradict_each_other()
    {
        using var scene = new CommandScene().WithStore();
        await scene.RefuseAsync(2, "verify", "run", CommandScene.TunedRun, "--live", "--offline");
    }
}
