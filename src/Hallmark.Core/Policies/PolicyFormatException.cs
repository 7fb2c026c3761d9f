using Hallmark.Core.Failures;

namespace Hallmark.Core.Policies;

/// <summary>A policy's text cannot be read; the message says where and what was expected, the hints show the place with a caret.</summary>
public sealed class PolicyFormatException : BadInputException
{
    private const int ShownOnEachSide = 40;

    internal PolicyFormatException(string text, int column, string message)
        : base($"the witness policy cannot be read, column {column}: {message}", Show(text, column)) => Column = column;

    /// <summary>Where, in characters, counted from 1; one past the end where the text is too short.</summary>
    public int Column { get; }

    private static string[] Show(string text, int column)
    {
        var from = Math.Max(0, column - 1 - ShownOnEachSide);
        var to = Math.Min(text.Length, column - 1 + ShownOnEachSide);
        // Control characters would move the caret, or the reader's terminal.
        var line = string.Concat(text[from..to].Select(unit => char.IsControl(unit) || char.IsSurrogate(unit) ? ' ' : unit));
        return [line.TrimEnd(), new string(' ', column - 1 - from) + "^"];
    }
}
