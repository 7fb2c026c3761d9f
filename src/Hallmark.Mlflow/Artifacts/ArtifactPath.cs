using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Artifacts;

/// <summary>Paths inside an artifact repository: relative, joined with <c>/</c>, never leaving the root.</summary>
public static class ArtifactPath
{
    private const int MaxLength = 4096;

    /// <summary>Gives the path back when it is safe.</summary>
    /// <param name="path">A path that a store or a user named.</param>
    /// <exception cref="MlflowFormatException">
    /// It is empty, longer than 4096 characters, absolute, contains a NUL, a backslash, a lone surrogate, or an empty, <c>.</c> or <c>..</c> part.
    /// </exception>
    public static string Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (FaultOf(path) is { } fault)
        {
            throw new MlflowFormatException(
                $"The artifact path '{Printable.Text(path)}' {fault}",
                "artifact paths are relative, joined with /, and stay below their root"
            );
        }

        return path;
    }

    private static string? FaultOf(string path)
    {
        if (path.Length is 0 or > MaxLength)
        {
            return path.Length == 0 ? "is empty" : $"is longer than {MaxLength} characters";
        }

        if (path[0] == '/' || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]) && OperatingSystem.IsWindows()))
        {
            return "is absolute";
        }

        if (path.AsSpan().ContainsAny('\0', '\\'))
        {
            return "contains a NUL or a backslash";
        }

        if (path.Split('/').Any(part => part is "" or "." or ".."))
        {
            return "has an empty, '.' or '..' part";
        }

        for (var i = 0; i < path.Length; i++)
        {
            if (char.IsSurrogate(path[i]) && !(i + 1 < path.Length && char.IsSurrogatePair(path[i], path[++i])))
            {
                return "is not valid Unicode";
            }
        }

        return null;
    }
}
