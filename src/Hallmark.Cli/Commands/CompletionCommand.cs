using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark completion</c>: a script that teaches a shell the commands.</summary>
internal sealed class CompletionCommand(CommandHost host)
{
    private const string Bash = """
        _hallmark() {
            local words
            words=$(hallmark "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
            COMPREPLY=($(compgen -W "${words}" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _hallmark hallmark
        """;

    private const string Zsh = """
        _hallmark() {
            local -a words
            words=("${(@f)$(hallmark "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a words
        }
        compdef _hallmark hallmark
        """;

    private const string Fish = """
        complete -f -c hallmark -a '(hallmark "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
        """;

    /// <summary>The command.</summary>
    public Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new HallmarkCommand(
            "completion",
            "Print a script that completes commands in a shell.",
            "source <(hallmark completion bash)"
        )
        {
            shell,
        };
        command.SetAction(result =>
        {
            var script = result.GetValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            };
            if (CommandHost.WantsJson(result))
            {
                host.WriteJson(new JsonObject { ["shell"] = result.GetValue(shell), ["script"] = script });
            }
            else
            {
                host.Terminal.Out.WriteLine(script);
            }

            return 0;
        });
        return command;
    }
}
