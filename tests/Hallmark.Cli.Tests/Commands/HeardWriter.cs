namespace Hallmark.Cli.Tests.Commands;

/// <summary>Keeps what is written, and tells of each line before the program goes on: what a test does then happens at that very place.</summary>
internal sealed class HeardWriter(Action<string> hear) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        hear(value ?? "");
    }
}
