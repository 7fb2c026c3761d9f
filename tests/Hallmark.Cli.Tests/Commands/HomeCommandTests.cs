using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>init</c> and <c>status</c>.</summary>
public sealed class HomeCommandTests
{
    [Fact]
    public async Task Init_twice_makes_one_home_and_changes_nothing_the_second_time()
    {
        using var scene = new CommandScene();
        var first = await scene.JsonAsync(0, "init");
        Assert.True((bool)first["key_is_new"]!);
        Assert.Equal(0, (long)first["entries"]!);
        var before = FolderTree.Of(scene.Home);
        var second = await scene.JsonAsync(0, "init");
        Assert.False((bool)second["key_is_new"]!);
        Assert.Equal((string?)first["public_key"], (string?)second["public_key"]);
        Assert.Equal((string?)first["ledger_verifier_key"], (string?)second["ledger_verifier_key"]);
        Assert.Equal(before, FolderTree.Of(scene.Home));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(scene.Home));
        }
    }

    [Fact]
    public async Task Init_keeps_the_settings_that_are_there()
    {
        using var scene = new CommandScene().WithSettings(new JsonObject { ["origin"] = "example.org/ledger" });
        var settings = await File.ReadAllTextAsync(Path.Combine(scene.Home, "hallmark.json"));
        Assert.Equal("example.org/ledger", (string?)(await scene.JsonAsync(0, "init"))["ledger_origin"]);
        Assert.Equal(settings, await File.ReadAllTextAsync(Path.Combine(scene.Home, "hallmark.json")));
    }

    [Fact]
    public async Task Status_of_a_home_that_is_not_there_says_what_would_make_it_and_makes_nothing()
    {
        using var scene = new CommandScene();
        var status = await scene.ExpectAsync(0, "status");
        Assert.Contains("none yet", status.Out, StringComparison.Ordinal);
        Assert.Contains("no outside witness", status.Out, StringComparison.Ordinal);
        Assert.Contains("nobody here vouches", status.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scene.Home));
    }

    [Fact]
    public async Task Status_counts_what_is_there()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        var recorded = await scene.JsonAsync(0, "anchor", "file", scene.Folder.File("a.txt"));
        var status = await scene.JsonAsync(0, "status");
        Assert.Equal(1, (long)status["entries"]!);
        Assert.Equal(1, (long)status["checkpoint_size"]!);
        Assert.Equal(0, (long)status["outbox"]!["to_do"]!);
        Assert.Equal((string?)recorded["public_key"], (string?)status["public_key"]);
    }

    [Fact]
    public async Task An_anchor_out_of_reach_keeps_its_checkpoints_in_the_outbox_until_it_is_back()
    {
        using var scene = new CommandScene();
        var anchor = Path.Combine(scene.Folder.Path, "vault");
        scene.WithSettings(
            new JsonObject
            {
                ["anchors"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "vault",
                        ["type"] = "checkpoint-file",
                        ["folder"] = anchor,
                    }
                ),
            }
        );
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");

        var recorded = await scene.JsonAsync(0, "anchor", "file", scene.Folder.File("a.txt"));
        Assert.True((long)recorded["outbox"]!["to_do"]! > 0);
        Assert.Contains("vault", (string?)recorded["outbox"]!["last_error"], StringComparison.Ordinal);
        Assert.False((bool)(await scene.JsonAsync(0, "status"))["anchors"]![0]!["reachable"]!);
        Assert.Contains("vault", (await scene.ExpectAsync(0, "outbox", "list")).Out, StringComparison.Ordinal);

        scene.Clock.Move(TimeSpan.FromHours(2));
        await scene.ExpectAsync(3, "outbox", "drain");

        Directory.CreateDirectory(anchor);
        scene.Clock.Move(TimeSpan.FromHours(2));
        Assert.Equal(0, (long)(await scene.JsonAsync(0, "outbox", "drain"))["to_do"]!);
        var checkpoint = await scene.ExpectAsync(0, "ledger", "checkpoint");
        Assert.Equal(checkpoint.Out, await File.ReadAllTextAsync(Path.Combine(anchor, "checkpoint-000000000001.txt")));
        Assert.Contains("The outbox is empty", (await scene.ExpectAsync(0, "outbox", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_nobody_has_is_not_retried()
    {
        using var scene = new CommandScene();
        await scene.ExpectAsync(0, "init");
        Assert.Contains("no work 7", (await scene.RefuseAsync(2, "outbox", "retry", "7")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await scene.JsonAsync(0, "outbox", "retry"))["retried"]!);
    }
}
