using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Hallmark.Cli.Commands;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.CommandLine;

/// <summary>The command line: parses, runs one command, and turns every failure into one <c>error:</c> line, <c>hint:</c> lines and an exit code.</summary>
internal sealed class HallmarkProgram(Terminal terminal, TimeProvider time)
{
    /// <summary>As <see cref="CommandHost.AtOnce"/>.</summary>
    public CancellationToken AtOnce { get; init; }

    /// <summary>Runs one command.</summary>
    /// <returns>0 verified or done, 1 verification failed, 2 bad input or usage, 3 could not tell.</returns>
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var root = CreateRoot();
        var result = root.Parse(arguments);
        if (result.Errors.Count > 0 && result.Action is not ExampleHelpAction)
        {
            return WriteUsageError(result);
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,

                // Signals are this program's own: a server that drains must not be ended after two seconds.
                ProcessTerminationTimeout = null,
            };
            return await result.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (HallmarkException failure)
        {
            return WriteFailure(failure.Message, failure.Hints, failure, failure.ExitCode, result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return WriteFailure(
                "stopped before it was done",
                ["what is in the ledger stays; run the command again"],
                failure: null,
                exitCode: 3,
                result
            );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return WriteFailure(failure.Message, [], failure, exitCode: 3, result);
        }
    }

    private RootCommand CreateRoot()
    {
        var root = new RootCommand("Prove what a machine-learning model is and where it came from.");
        GlobalOptions.AddTo(root);
        var host = new CommandHost(terminal, time) { AtOnce = AtOnce };
        foreach (var command in host.CreateCommands())
        {
            root.Subcommands.Add(command);
        }

        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new ExampleHelpAction((HelpAction)option.Action!); // the library always sets it
        }

        return root;
    }

    private int WriteUsageError(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var known = command.Subcommands.Select(sub => sub.Name).ToList();
        var stray = result.UnmatchedTokens.Count > 0 ? result.UnmatchedTokens[0] : null;
        var path = CommandPath(result);
        if (stray is not null && known.Count > 0)
        {
            var nearest = Spelling.FindNearest(stray, known);
            return WriteFailure(
                $"\"{stray}\" is not a command of {path}",
                [nearest is not null ? $"did you mean: {path} {nearest}" : $"commands: {string.Join(", ", known)}", $"{path} --help"],
                failure: null,
                exitCode: 2,
                result
            );
        }

        if (
            stray is not null
            && stray.StartsWith('-')
            && Spelling.FindNearest(stray, AllOptions(result).Select(option => option.Name)) is { } option
        )
        {
            return WriteFailure(
                $"\"{stray}\" is not an option of {path}",
                [$"did you mean: {option}", $"{path} --help"],
                failure: null,
                exitCode: 2,
                result
            );
        }

        return WriteFailure(
            string.Join(' ', result.Errors[0].Message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
                .TrimEnd('.'),
            [$"{path} --help"],
            failure: null,
            exitCode: 2,
            result
        );
    }

    private static IEnumerable<Option> AllOptions(ParseResult result)
    {
        for (SymbolResult? at = result.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult command)
            {
                foreach (var option in command.Command.Options)
                {
                    yield return option;
                }
            }
        }
    }

    private static string CommandPath(ParseResult result)
    {
        var names = new List<string>();
        for (SymbolResult? at = result.CommandResult; at is CommandResult command; at = at.Parent)
        {
            names.Insert(0, command.Parent is null ? "hallmark" : command.Command.Name);
        }

        return string.Join(' ', names);
    }

    private int WriteFailure(string message, IReadOnlyList<string> hints, Exception? failure, int exitCode, ParseResult result)
    {
        terminal.Error.WriteLine($"{terminal.Bad("error:")} {string.Join('\n', message.Split('\n').Select(PlainText.Of))}");
        foreach (var hint in hints)
        {
            terminal.Error.WriteLine($"hint: {PlainText.Of(hint)}");
        }

        if (result.GetValue(GlobalOptions.Verbose))
        {
            for (var cause = failure?.InnerException; cause is not null; cause = cause.InnerException)
            {
                terminal.Error.WriteLine($"cause: {cause.GetType().Name}: {PlainText.Of(cause.Message)}");
            }
        }

        return exitCode;
    }
}
