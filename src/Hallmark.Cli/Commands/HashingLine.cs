using Hallmark.Artifacts;
using Hallmark.Cli.Output;

namespace Hallmark.Cli.Commands;

/// <summary>Shows on a terminal how far hashing has come.</summary>
internal sealed class HashingLine(CommandHost host) : IProgress<HashingProgress>, IDisposable
{
    private readonly ProgressLine _line = new(host.Terminal, host.Time);

    /// <inheritdoc />
    public void Report(HashingProgress value) =>
        _line.Show($"hashing {value.CurrentFile}", value.BytesDone, value.BytesTotal ?? value.BytesDone);

    /// <inheritdoc />
    public void Dispose() => _line.Dispose();
}
