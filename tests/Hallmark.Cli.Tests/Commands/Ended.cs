namespace Hallmark.Cli.Tests.Commands;

/// <summary>How a command ended.</summary>
internal sealed record Ended(int Code, string Out, string Error)
{
    public override string ToString() => $"exit {Code}\n{Out}\n{Error}";
}
