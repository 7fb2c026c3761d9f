using Hallmark.Core.Failures;

namespace Hallmark.Cli.Commands;

/// <summary>Reads <c>name/version</c>: the version is what follows the last slash, where it is a number; names may have slashes of their own.</summary>
internal static class ModelName
{
    /// <summary>Name and version; the version is null where there is none.</summary>
    public static (string Name, string? Version) Split(string text)
    {
        var slash = text.LastIndexOf('/');
        var tail = text[(slash + 1)..];
        if (slash > 0 && tail.Length is > 0 and <= 18 && tail.All(char.IsAsciiDigit))
        {
            // Versions are numbers: 007 is version 7 everywhere, also where it is looked up by its text.
            return (text[..slash], tail.TrimStart('0') is { Length: > 0 } number ? number : "0");
        }

        return text.Length > 0
            ? (text, null)
            : throw new BadInputException("the model's name is empty", "credit-scorer/3 is version 3 of credit-scorer");
    }

    /// <summary>Name and version, where both are needed.</summary>
    public static (string Name, string Version) SplitWhole(string text) =>
        Split(text) is (var name, { } version)
            ? (name, version)
            : throw new BadInputException($"\"{text}\" names no version", "write NAME/VERSION, for example credit-scorer/3");
}
