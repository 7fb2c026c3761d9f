using System.Text.RegularExpressions;

namespace Hallmark.Cli.Tests.Commands;

public sealed partial class HelpTests
{
    public static TheoryData<string> Commands => CommandList.Paths;

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_says_what_it_does_with_an_example_and_the_exit_codes(string path)
    {
        using var scene = new CommandScene();
        var help = await scene.ExpectAsync(0, [.. path.Split(' '), "--help"]);
        var command = CommandList.All.Single(item => item.Path == path).Command;
        Assert.Contains(command.Description!, help.Out, StringComparison.Ordinal);
        Assert.Contains("Example:\n  " + command.Example, help.Out, StringComparison.Ordinal);
        Assert.Matches(ExitCodes(), help.Out);
        Assert.Equal("", help.Error);
        Assert.False(Directory.Exists(scene.Home));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task The_example_of_every_command_is_one_that_the_program_takes(string path)
    {
        using var scene = new CommandScene();
        var example = InShell().Match(CommandList.All.Single(item => item.Path == path).Command.Example).Groups["words"].Value;
        Assert.StartsWith(path, example, StringComparison.Ordinal);
        string[] words =
        [
            .. example.Replace("./proofs", scene.Home, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
        if (path == "demo")
        {
            words = [.. words, "--folder", Path.GetDirectoryName(scene.Folder.File("busy/file"))!];
            await File.WriteAllTextAsync(scene.Folder.File("busy/file"), "");
        }

        // A usage error ends with the command's own help as its hint; what the empty scene lacks does not.
        // What runs until it is stopped is stopped.
        using var stop = new CancellationTokenSource();
        if (path == "worker")
        {
            stop.CancelAfter(TimeSpan.FromMilliseconds(50));
        }

        var ended = await scene.RunAsync(words, stop.Token);
        Assert.DoesNotContain("--help", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_programs_own_help_lists_every_command()
    {
        using var scene = new CommandScene();
        var help = await scene.ExpectAsync(0, "--help");
        Assert.All(
            CommandList.All.Where(item => !item.Path.Contains(' ', StringComparison.Ordinal)),
            item => Assert.Contains("\n  " + item.Path, help.Out, StringComparison.Ordinal)
        );
        Assert.Matches(ExitCodes(), help.Out);
    }

    [Fact]
    public async Task The_version_is_told()
    {
        using var scene = new CommandScene();
        Assert.Matches("^[0-9]+\\.[0-9]+", (await scene.ExpectAsync(0, "--version")).Out);
    }

    [GeneratedRegex("Exit codes:\n  0 .* 1 .* 2 .* 3 ", RegexOptions.None, 60_000)]
    private static partial Regex ExitCodes();

    [GeneratedRegex("hallmark (?<words>[^>)]*)", RegexOptions.None, 60_000)]
    private static partial Regex InShell();
}
