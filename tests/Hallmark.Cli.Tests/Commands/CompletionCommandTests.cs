using System.Diagnostics;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Commands;

public sealed class CompletionCommandTests
{
    [PeerFact("bash")]
    public async Task The_script_for_bash_is_one_that_bash_takes_and_uses()
    {
        using var scene = new CommandScene();
        var script = scene.Folder.File("completion.bash");
        await File.WriteAllTextAsync(script, (await scene.ExpectAsync(0, "completion", "bash")).Out);
        Assert.Equal("", await BashAsync("-n", script));

        // A stand-in for the program says what it was asked, and the shell keeps what begins with the word at hand.
        var use =
            $"hallmark() {{ printf '%s\\n' verify version ledger; }}; source {script}; COMP_LINE='hallmark ve'; COMP_POINT=11; COMP_WORDS=(hallmark ve); COMP_CWORD=1; _hallmark; echo \"${{COMPREPLY[*]}}\"";
        Assert.Equal("verify version\n", await BashAsync("-c", use));
    }

    [Theory]
    [InlineData("zsh", "compdef _hallmark hallmark")]
    [InlineData("fish", "complete -f -c hallmark")]
    public async Task The_other_shells_get_scripts_of_their_own(string shell, string line)
    {
        using var scene = new CommandScene();
        Assert.Contains(line, (await scene.ExpectAsync(0, "completion", shell)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_suggests_what_the_scripts_ask_for()
    {
        using var scene = new CommandScene();
        var suggested = (await scene.ExpectAsync(0, "[suggest:11]", "hallmark ve")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("verify", suggested);
        var below = (await scene.ExpectAsync(0, "[suggest:16]", "hallmark verify ")).Out;
        Assert.Contains("envelope", below, StringComparison.Ordinal);
    }

    private static async Task<string> BashAsync(params string[] arguments)
    {
        using var bash = Process.Start(
            new ProcessStartInfo("bash", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        var error = await bash.StandardError.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == 0, error);
        return output + error;
    }
}
