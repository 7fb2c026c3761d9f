namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>What one command did: its exit code, and what it wrote.</summary>
internal sealed record Outcome(string Command, int ExitCode, string Out, string Error)
{
    /// <summary>Holds the exit code, showing everything where it is another.</summary>
    public Outcome Ended(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"expected exit code {exitCode}: {this}");
        return this;
    }

    /// <summary>Holds that the result (standard output) says something.</summary>
    public Outcome Said(string text)
    {
        Assert.True(Out.Contains(text, StringComparison.Ordinal), $"\"{text}\" was not said: {this}");
        return this;
    }

    public override string ToString() => $"hallmark {Command}\nended with {ExitCode}\n{Out}\n{Error}";
}
