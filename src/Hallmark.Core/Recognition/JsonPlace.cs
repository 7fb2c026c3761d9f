using System.Globalization;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Json;

namespace Hallmark.Core.Recognition;

/// <summary>Names the part of a JSON text in which a byte stands, also of a text that is broken there or behind.</summary>
public static class JsonPlace
{
    private const int MaxLength = 200;

    /// <summary>The path of the innermost value that begins at or before a byte.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="offset">The byte, counted from 0.</param>
    /// <returns>Such as <c>body.entries[3].envelope.signature</c>; empty at the outermost value. At most 200 characters. Not made safe for a terminal: names are the file's.</returns>
    public static string Find(ReadOnlySpan<byte> utf8, long offset)
    {
        var path = new List<Step>();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth + 2 });
        try
        {
            while (reader.Read() && reader.TokenStartIndex <= offset)
            {
                Follow(ref reader, path);
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Here the text is broken: what was read so far is the place.
        }

        return Write(path);
    }

    private static void Follow(ref Utf8JsonReader reader, List<Step> path)
    {
        if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            path.RemoveAt(path.Count - 1);
            return;
        }

        if (reader.TokenType is JsonTokenType.PropertyName)
        {
            path[^1] = path[^1] with { Name = reader.GetString() };
            return;
        }

        if (path.Count > 0 && path[^1].IsArray)
        {
            path[^1] = path[^1] with { Index = path[^1].Index + 1 };
        }

        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            path.Add(new Step(reader.TokenType is JsonTokenType.StartArray, Index: -1, Name: null));
        }
    }

    private static string Write(List<Step> path)
    {
        var text = new StringBuilder();
        foreach (var step in path)
        {
            if (step is { IsArray: true, Index: >= 0 })
            {
                text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
            }
            else if (step.Name is { } name)
            {
                text.Append(text.Length > 0 ? "." : "").Append(name);
            }
        }

        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength - 1) + "…";
    }

    private readonly record struct Step(bool IsArray, int Index, string? Name);
}
