namespace Hallmark.Mlflow.Artifacts;

/// <summary>Texts from a store, made fit for a message: bounded, one line, no control characters.</summary>
internal static class Printable
{
    private const int MaxLength = 200;

    /// <summary>The text with control characters as <c>\uXXXX</c>, cut at 200 characters.</summary>
    public static string Text(string text)
    {
        var shown = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString())) : shown;
    }
}
