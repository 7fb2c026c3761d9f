namespace Hallmark.Core.Failures;

/// <summary>The beginning of a text that may be long, for a message or a remark: never half a character at its end.</summary>
public static class ShortText
{
    /// <summary>How many UTF-16 code units of a text are within a bound: the bound, or one less where a pair of two units stands across it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Most code units; at least one.</param>
    public static int LengthOf(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        return text.Length <= most ? text.Length
            : char.IsSurrogatePair(text[most - 1], text[most]) ? most - 1
            : most;
    }

    /// <summary>A text's beginning within a bound, or all of it.</summary>
    /// <inheritdoc cref="LengthOf" />
    public static string Cut(string text, int most) => LengthOf(text, most) is var length && length < text.Length ? text[..length] : text;
}
