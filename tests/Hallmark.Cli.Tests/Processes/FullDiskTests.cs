using System.Text.Json.Nodes;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Processes;

/// <summary>A disk that is really full: a small file system in memory, mounted for one shell and what it starts, and filled to the last byte.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly CommandScene _scene = new();

    public FullDiskTests() => File.WriteAllText(_scene.Folder.File("a.txt"), "a");

    private string Vault { get; set; } = "";

    public void Dispose() => _scene.Dispose();

    [PeerTheory("unshare", "git")]
    [InlineData("folder")]
    [InlineData("repository")]
    public async Task Where_the_anchors_disk_is_full_the_event_is_recorded_and_its_checkpoint_waits_until_there_is_room(string kind)
    {
        Vault = Directory.CreateDirectory(Path.Combine(_scene.Folder.Path, "vault")).FullName;
        await _scene.ExpectAsync(0, "anchors", "add", "witness", "checkpoint-file", $"{kind}={Vault}");
        var full = await OnSmallDiskAsync(
            "512k",
            (kind == "repository" ? "git init --quiet --bare . && " : "") + "fill; hallmark anchor file ../a.txt --json"
        );
        Assert.True(full.Code == 0, full.ToString());
        var outbox = JsonNode.Parse(full.Out)!["outbox"]!;
        Assert.True((long)outbox["to_do"]! > 0, full.Out);
        Assert.Contains(Vault, (string?)outbox["last_error"], StringComparison.Ordinal);
        Assert.Contains("No space left on device", (string?)outbox["last_error"], StringComparison.Ordinal);
        Assert.Equal("prepared", (string?)Assert.Single((await _scene.JsonAsync(0, "receipts", "list")).AsArray())!["state"]);

        // The mount went with its shell: the folder below it has room.
        if (kind == "repository")
        {
            await OtherProgram.RunAsync(_scene, "sh", "-c", $"git init --quiet --bare '{Vault}'");
        }

        _scene.Clock.Move(TimeSpan.FromDays(365));
        await _scene.ExpectAsync(0, "outbox", "drain");
        Assert.Equal("final", (string?)Assert.Single((await _scene.JsonAsync(0, "receipts", "list")).AsArray())!["state"]);
    }

    [PeerFact("unshare", "jq")]
    public async Task Where_the_homes_disk_is_full_nothing_is_recorded_that_could_be_lost_and_the_next_try_records_it()
    {
        Vault = _scene.Home;
        Directory.CreateDirectory(Vault);
        var ended = await OnSmallDiskAsync(
            "4m",
            """
            hallmark init >/dev/null || exit 90
            fill
            hallmark anchor file ../a.txt >&2
            [ $? = 3 ] || exit 91
            rm filler
            [ "$(hallmark status --json | jq .entries)" = 0 ] || exit 92
            hallmark anchor file ../a.txt >/dev/null || exit 93
            hallmark ledger verify >/dev/null || exit 94
            hallmark verify file ../a.txt
            """
        );
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Contains("VERIFIED", ended.Out, StringComparison.Ordinal);
    }

    // The shell stands in the file system; fill leaves no byte of it.
    private Task<Ended> OnSmallDiskAsync(string size, string script) =>
        OtherProgram.RunAsync(
            _scene,
            "unshare",
            "--mount",
            "--map-root-user",
            "sh",
            "-c",
            $$"""
            mount -t tmpfs -o size={{size}} none '{{Vault}}' && cd '{{Vault}}' || exit 99
            hallmark() { dotnet '{{Path.Combine(AppContext.BaseDirectory, "hallmark.dll")}}' "$@"; }
            fill() { cat /dev/zero > filler 2>/dev/null; [ -s filler ]; }
            {{script}}
            """
        );
}
