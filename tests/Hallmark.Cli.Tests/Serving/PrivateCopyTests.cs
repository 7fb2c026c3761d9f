using System.Runtime.Versioning;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>The private copy of a served model on the disk: nobody else's while it is there, and gone with its process or after it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivateCopyTests
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    // Answers /ping, and ends with its parent.
    private const string Server =
        "require('http').createServer((q, r) => { q.resume(); r.writeHead(200); r.end('{}'); }).listen(process.argv[1]);";

    [PeerFact("node")]
    public async Task What_a_killed_server_left_behind_is_for_nobody_else_and_is_removed_by_the_next_one()
    {
        using var scene = new CommandScene();
        var source = Path.GetDirectoryName(scene.Folder.File("model/sub/weights.bin"))!;
        await File.WriteAllTextAsync(Path.Combine(source, "weights.bin"), "weights of a secret model");
        File.SetUnixFileMode(Path.Combine(source, "weights.bin"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        string[] arguments = [Path.GetDirectoryName(source)!, "--allow-unanchored", "--", "node", "-e", Server, "{socket}", "{model}"];

        string left;
        using (var killed = await ServedProcess.StartAsync(scene, arguments))
        {
            left = Assert.Single(Copies(scene));
            killed.Kill();
            await killed.WaitAsync();
        }

        // It could not clean up. What lies there is its owner's alone, whoever could read the source.
        Assert.Equal("weights of a secret model", await File.ReadAllTextAsync(Path.Combine(left, "sub", "weights.bin")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(left));
        Assert.Equal(default, File.GetUnixFileMode(Path.GetDirectoryName(left)!) & Others);

        // One that lives beside the next one stays.
        using var next = await ServedProcess.StartAsync(scene, arguments);
        Assert.False(Directory.Exists(left));
        var own = Assert.Single(Copies(scene));
        using var third = await ServedProcess.StartAsync(scene, arguments);
        Assert.Contains(own, Copies(scene));
        Assert.Equal(2, Copies(scene).Length);

        Assert.Equal(0, await third.TerminateAsync());
        Assert.Equal([own], Copies(scene));
        Assert.Equal(0, await next.TerminateAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(scene.Home, "models")));
    }

    private static string[] Copies(CommandScene scene) => Directory.GetDirectories(Path.Combine(scene.Home, "models"), "model-*");
}
