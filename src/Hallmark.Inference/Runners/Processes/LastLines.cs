using System.Text;
using Hallmark.Mlflow.RestStore;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>The last lines that a child wrote, printable, each at most 300 characters; its secret is blotted out. Safe for use by several threads.</summary>
/// <param name="secret">What must not be kept.</param>
internal sealed class LastLines(string secret)
{
    /// <summary>How many lines are kept.</summary>
    public const int MaxLines = 50;

    private const int MaxShownLength = 300;
    private const int MaxReadLength = 4_096;
    private readonly Queue<string> _lines = new(MaxLines);
    private readonly Lock _gate = new();

    /// <summary>The lines, oldest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Reads a stream to its end, however much it is, and keeps its last lines.</summary>
    public async Task DrainAsync(Stream stream)
    {
        var line = new StringBuilder();
        try
        {
            using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
            var buffer = new char[4_096];
            for (int count; (count = await reader.ReadAsync(buffer.AsMemory()).ConfigureAwait(false)) > 0; )
            {
                Take(line, buffer.AsSpan(0, count));
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The process is gone; what it wrote before is kept.
        }

        Add(line);
    }

    private void Take(StringBuilder line, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c == '\n')
            {
                Add(line);
            }
            else if (line.Length < MaxReadLength)
            {
                line.Append(c);
            }
        }
    }

    private void Add(StringBuilder line)
    {
        // Blotted out before it is cut: half a secret would stay otherwise. What lies beyond the part that is read is not shown anyway.
        var shown = TextFromServer.Clean(line.ToString().Replace(secret, "[secret]", StringComparison.Ordinal), MaxShownLength);
        line.Clear();
        if (shown.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(shown);
        }
    }
}
