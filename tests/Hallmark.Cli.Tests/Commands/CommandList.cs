using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Commands;
using Hallmark.Cli.Output;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>Every command there is, found in the program itself, so that a new one is tested without being listed.</summary>
internal static class CommandList
{
    public static IReadOnlyList<(string Path, HallmarkCommand Command)> All { get; } = [.. Walk("", Root())];

    public static TheoryData<string> Paths => [.. All.Select(command => command.Path)];

    private static IEnumerable<Command> Root() =>
        new CommandHost(
            new Terminal(TextWriter.Null, TextWriter.Null, false, false, new Dictionary<string, string>()),
            TimeProvider.System
        ).CreateCommands();

    private static IEnumerable<(string Path, HallmarkCommand Command)> Walk(string prefix, IEnumerable<Command> commands) =>
        commands.SelectMany(command =>
            Walk($"{prefix}{command.Name} ", command.Subcommands).Prepend((prefix + command.Name, (HallmarkCommand)command))
        );
}
