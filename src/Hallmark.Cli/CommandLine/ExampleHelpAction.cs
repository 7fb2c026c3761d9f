using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hallmark.Cli.CommandLine;

/// <summary>The usual help, then an example and the exit codes.</summary>
internal sealed class ExampleHelpAction(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is HallmarkCommand command)
        {
            output.WriteLine("Example:");
            output.WriteLine("  " + command.Example);
            output.WriteLine();
        }

        output.WriteLine("Exit codes:");
        output.WriteLine("  0 verified or done   1 verification failed   2 bad input or usage   3 could not tell");
        return code;
    }
}
