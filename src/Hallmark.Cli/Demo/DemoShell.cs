using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;

namespace Hallmark.Cli.Demo;

/// <summary>Runs real commands in this process, shows each as somebody would type it, and holds its exit code against what the demo promised.</summary>
internal sealed class DemoShell(Terminal terminal, TimeProvider time)
{
    /// <summary>True while every command ended as promised.</summary>
    public bool IsAsPromised { get; private set; } = true;

    /// <summary>A headline.</summary>
    public void Say(string text)
    {
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(terminal.Strong(text));
    }

    /// <summary>A remark.</summary>
    public void Remark(string text) => terminal.Out.WriteLine(text);

    /// <summary>Runs a command.</summary>
    /// <param name="expected">The exit code that it must end with.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="arguments">What follows <c>hallmark</c>.</param>
    public async Task RunAsync(int expected, CancellationToken cancellationToken, params string[] arguments)
    {
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(terminal.Quiet($"$ hallmark {string.Join(' ', arguments)}"));

        // One stream for both, so that the demo reads in the order in which things happen.
        var together = new Terminal(terminal.Out, terminal.Out, terminal.UsesColour, isErrorTerminal: false, terminal.Environment);
        var code = await new HallmarkProgram(together, time).RunAsync(arguments, cancellationToken).ConfigureAwait(false);
        if (code != expected)
        {
            IsAsPromised = false;
            terminal.Out.WriteLine(terminal.Bad($"the demo expected exit code {expected} here, not {code}"));
        }
    }
}
