using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;

namespace Hallmark.Inference.Runners.Onnx.Files;

/// <summary>Finds a model's ONNX file: where the flavor <c>onnx</c> of its <c>MLmodel</c> says, or the only <c>.onnx</c> file of a folder without <c>MLmodel</c>.</summary>
internal static class OnnxModelFile
{
    private const int MaxShownLength = 200;

    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        MaxRecursionDepth = 16,
    };

    /// <summary>Whether the folder holds a model that is run as ONNX. An ONNX file inside a model of another flavor is a part of that model, not the model.</summary>
    public static bool IsIn(ModelFolder model) =>
        model.Description is { } description ? FindFlavor(description) is not null : FindOnly(model.Path) is not null;

    /// <summary>The file's absolute path.</summary>
    /// <exception cref="ModelRunException">There is no such file, or it lies outside the folder.</exception>
    public static string Locate(ModelFolder model)
    {
        if (model.Description is not { } description)
        {
            return FindOnly(model.Path) ?? throw new ModelRunException("the model has no MLmodel, and not exactly one .onnx file", null);
        }

        var flavor = FindFlavor(description) ?? throw new ModelRunException("MLmodel names no flavor \"onnx\"", null);
        if (flavor["data"] is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
        {
            throw new ModelRunException("MLmodel does not say which file its flavor \"onnx\" is: flavors.onnx.data", null);
        }

        var named = value.GetValue<string>();
        return FindInside(model.Path, named)
            ?? throw new ModelRunException($"MLmodel's flavor \"onnx\" names {Quote(named)}, which is no file in the model's folder", null);
    }

    /// <summary>The absolute path of a file that a model names, if it is a file below the folder and no part of the way there is a symbolic link.</summary>
    /// <param name="folder">The folder, absolute.</param>
    /// <param name="named">The name, from that folder; parts separated by <c>/</c>.</param>
    public static string? FindInside(string folder, string named)
    {
        var parts = named.Split('/');
        if (parts.Any(part => part is "" or "." or ".." || part.AsSpan().ContainsAny('\\', ':', '\0')))
        {
            return null;
        }

        var path = folder;
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                return null;
            }
        }

        return File.Exists(path) ? path : null;
    }

    /// <summary>A name that a stranger wrote, for a message: short, and no control characters.</summary>
    public static string Quote(string named)
    {
        var shown = named.Length <= MaxShownLength ? named : ShortText.Cut(named, MaxShownLength) + "…";

        // Half a character, as a caller in this process can write one, is shown as what UTF-8 has in its place.
        return $"\"{JsonEncodedText.Encode(Encoding.UTF8.GetBytes(shown))}\"";
    }

    private static JsonObject? FindFlavor(JsonObject description) => (description["flavors"] as JsonObject)?["onnx"] as JsonObject;

    private static string? FindOnly(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*.onnx", Everywhere).Take(2).ToList();
        return files.Count == 1 ? files[0] : null;
    }
}
