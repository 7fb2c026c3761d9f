using System.CommandLine;

namespace Hallmark.Cli.CommandLine;

/// <summary>A command whose help ends with an example that works.</summary>
internal sealed class HallmarkCommand(string name, string description, string example) : Command(name, description)
{
    /// <summary>One line to type.</summary>
    public string Example { get; } = example;
}
