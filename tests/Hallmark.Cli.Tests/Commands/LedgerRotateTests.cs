using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>hallmark ledger rotate-key</c>, and what goes on working after it.</summary>
public sealed class LedgerRotateTests : IDisposable
{
    private readonly CommandScene _scene = new CommandScene().WithStore();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_ledger_is_handed_over_and_everything_recorded_before_and_after_verifies()
    {
        await _scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        var first = (string)(await _scene.JsonAsync(0, "ledger", "status"))["verifier_key"]!;
        await _scene.ExpectAsync(0, "evidence", "export", CommandScene.TunedRun, "-o", Path("before.json"));

        var done = await _scene.JsonAsync(0, "ledger", "rotate-key", "ledger-2027");
        Assert.Equal((true, first), ((bool)done["was_handed_over"]!, (string?)done["retired_key"]));
        var second = (string)done["verifier_key"]!;
        Assert.NotEqual(first, second);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode((string)done["key"]!["path"]!));
        }

        await _scene.ExpectAsync(0, "register", "iris-classifier", "--run", CommandScene.TunedRun);
        var status = await _scene.JsonAsync(0, "ledger", "status");
        Assert.Equal((second, first), ((string?)status["verifier_key"], (string?)status["first_verifier_key"]));
        Assert.Equal((long)done["entry"]!, (long)status["handovers"]!.AsArray().Single()!);
        await _scene.ExpectAsync(0, "ledger", "verify");
        await _scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun);
        await _scene.ExpectAsync(0, "evidence", "export", CommandScene.TunedRun, "-o", Path("after.json"));
        await _scene.ExpectAsync(0, "verify", "bundle", Path("before.json"));
        await _scene.ExpectAsync(0, "verify", "bundle", Path("after.json"));
        var ledger = JsonNode.Parse(await File.ReadAllTextAsync(Path("after.json")))!["body"]!["ledger"]!;
        Assert.Equal((first, 1), ((string?)ledger["verifier_key"], ledger["handovers"]!.AsArray().Count));
    }

    [Fact]
    public async Task The_same_command_again_finds_that_there_is_nothing_to_do()
    {
        await _scene.ExpectAsync(0, "init");
        Assert.Contains(
            "handed over by entry 0",
            (await _scene.ExpectAsync(0, "ledger", "rotate-key", "next")).Out,
            StringComparison.Ordinal
        );
        Assert.Contains("nothing to do", (await _scene.ExpectAsync(0, "ledger", "rotate-key", "next")).Out, StringComparison.Ordinal);
        Assert.Equal(1, (long)(await _scene.JsonAsync(0, "ledger", "status"))["entries"]!);
    }

    [Fact]
    public async Task A_retired_key_does_not_come_back()
    {
        await _scene.ExpectAsync(0, "init");
        await _scene.ExpectAsync(0, "ledger", "rotate-key", "next");
        Assert.Contains(
            "none comes back",
            (await _scene.ExpectAsync(2, "ledger", "rotate-key", "default")).Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_the_key_in_force_nothing_is_handed_over_and_no_key_is_made()
    {
        await _scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        foreach (var file in Directory.GetFiles(System.IO.Path.Combine(_scene.Home, "keys")))
        {
            File.Delete(file);
        }

        var refused = await _scene.ExpectAsync(2, "ledger", "rotate-key", "next");
        Assert.Contains("is signed with the key", refused.Error, StringComparison.Ordinal);
        Assert.Contains("nobody can sign for this ledger any more", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(System.IO.Path.Combine(_scene.Home, "keys")));

        // What was recorded is as good as it was.
        await _scene.ExpectAsync(0, "ledger", "verify");
    }

    [Fact]
    public async Task A_ledger_that_was_written_anew_with_another_key_does_not_pass_for_the_one_that_is_known()
    {
        await _scene.ExpectAsync(0, "init");
        var first = (string)(await _scene.JsonAsync(0, "ledger", "status"))["verifier_key"]!;
        await _scene.ExpectAsync(0, "ledger", "rotate-key", "next");
        var second = (string)(await _scene.JsonAsync(0, "ledger", "status"))["verifier_key"]!;
        await _scene.ExpectAsync(0, "ledger", "verify", "--known-key", first);
        await _scene.ExpectAsync(0, "ledger", "verify", "--known-key", second);
        await _scene.ExpectAsync(2, "ledger", "verify", "--known-key", "no key");

        using var other = new CommandScene();
        await other.ExpectAsync(0, "init");
        var failed = await other.JsonAsync(1, "ledger", "verify", "--known-key", first);
        Assert.Contains("never had the key that you know", (string?)failed["fault"]!["what"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../next")]
    [InlineData("")]
    [InlineData("a b")]
    public async Task A_name_that_is_none_is_bad_input(string name)
    {
        await _scene.ExpectAsync(0, "init");
        await _scene.RefuseAsync(2, "ledger", "rotate-key", name);
    }

    [Fact]
    public async Task A_home_without_a_ledger_is_bad_input_and_stays_so() => await _scene.RefuseAsync(2, "ledger", "rotate-key", "next");

    private string Path(string name) => System.IO.Path.Combine(_scene.Folder.Path, name);
}
