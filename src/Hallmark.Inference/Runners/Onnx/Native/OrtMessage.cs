using System.Text;

namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>The library's own words, made fit for a message.</summary>
internal static class OrtMessage
{
    private const int MaxLength = 500;

    /// <summary>One short line, without the private folder's path.</summary>
    /// <param name="failure">What the library said.</param>
    /// <param name="folder">The folder whose path is left out, or null.</param>
    public static string Clean(OrtException failure, string? folder)
    {
        var text = folder is null
            ? failure.Message
            : failure.Message.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        var line = new StringBuilder();
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            line.Append(char.IsControl(character) ? ' ' : character);
        }

        return line.Append(text.Length > MaxLength ? "…" : "").ToString().TrimEnd(' ', '.');
    }
}
