using System.Text;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Artifacts;

/// <summary>
/// Where artifacts lie, taken apart. <c>file:///p</c>, <c>file:/p</c>, <c>file://localhost/p</c> and bare paths (relative ones counted from the current
/// folder) all have the scheme <c>file</c>; percent-encoding is undone for <c>file:</c> URIs only, as MLflow does.
/// </summary>
/// <param name="Scheme">Lower case, without the colon: <c>file</c>, <c>mlflow-artifacts</c>, <c>s3</c> …</param>
/// <param name="Authority">Host, port or bucket without any user and password; empty where there is none.</param>
/// <param name="Path">Begins with <c>/</c>, has no empty, <c>.</c> or <c>..</c> parts and no trailing slash; the root is <c>/</c>.</param>
public sealed record ArtifactUri(string Scheme, string Authority, string Path)
{
    /// <summary>The scheme of places on this machine.</summary>
    public const string FileScheme = "file";

    /// <summary>The scheme of places behind a tracking server.</summary>
    public const string ProxyScheme = "mlflow-artifacts";

    private const int MaxLength = 8192;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>True where the artifacts lie on this machine; <see cref="Path"/> is then their absolute path.</summary>
    public bool IsLocal => Scheme == FileScheme;

    /// <summary>Takes an artifact URI or path apart.</summary>
    /// <param name="text">The URI or path as a store holds it.</param>
    /// <exception cref="MlflowFormatException">The text is empty, too long (above 8192), has a NUL, half a character or a <c>..</c> part, or its percent-encoding is broken.</exception>
    public static ArtifactUri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is 0 or > MaxLength)
        {
            throw new MlflowFormatException(
                text.Length == 0 ? "An artifact URI is empty" : $"An artifact URI is longer than {MaxLength} characters"
            );
        }

        var colon = SchemeLength(text);
        if (colon == 0)
        {
            return Local(text, text);
        }

        var scheme = text[..colon].ToLowerInvariant();
        var rest = text[(colon + 1)..];
        var authority = "";
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var end = rest.IndexOf('/', 2);
            authority = end < 0 ? rest[2..] : rest[2..end];
            rest = end < 0 ? "" : rest[end..];
        }

        authority = authority[(authority.LastIndexOf('@') + 1)..];
        if (scheme != FileScheme)
        {
            return new ArtifactUri(scheme, authority, Normalise(rest, text));
        }

        if (authority is not ("" or "localhost"))
        {
            throw new MlflowFormatException($"The artifact URI '{Shown(text)}' names a file on another host", "write it as file:///path");
        }

        return Local(Decode(rest, text), text);
    }

    /// <summary>The URI of a path below this one.</summary>
    /// <param name="relativePath">Checked as <see cref="ArtifactPath.Check"/> does; empty gives this URI.</param>
    public ArtifactUri Append(string relativePath)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        return relativePath.Length == 0 ? this : this with { Path = (Path == "/" ? "" : Path) + "/" + ArtifactPath.Check(relativePath) };
    }

    /// <summary>The URI as text, without user and password; local paths as <c>file:///…</c>, percent-encoded.</summary>
    public override string ToString()
    {
        if (IsLocal)
        {
            return "file://" + string.Join('/', Path.Split('/').Select(Uri.EscapeDataString));
        }

        return Authority.Length == 0 ? $"{Scheme}:{Path}" : $"{Scheme}://{Authority}{Path}";
    }

    private static int SchemeLength(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !char.IsAsciiLetter(text[0]) || (colon == 1 && OperatingSystem.IsWindows()))
        {
            return 0;
        }

        return text.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0 ? colon : 0;
    }

    private static readonly System.Buffers.SearchValues<char> SchemeCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."
    );

    private static ArtifactUri Local(string path, string text)
    {
        Refuse(path, text);
        return new ArtifactUri(FileScheme, "", Normalise(System.IO.Path.GetFullPath(path.Length == 0 ? "/" : path), text));
    }

    private static string Normalise(string path, string text)
    {
        Refuse(path, text);
        return "/" + string.Join('/', path.Split('/').Where(part => part is not ("" or ".")));
    }

    private static void Refuse(string path, string text)
    {
        if (!MlflowNames.IsUnicode(path))
        {
            throw new MlflowFormatException($"The artifact URI '{Shown(text)}' is not valid Unicode");
        }

        // A ".." would step over the prefix that a relocation matched.
        if (path.Contains('\0', StringComparison.Ordinal) || path.Split('/', '\\').Contains("..", StringComparer.Ordinal))
        {
            throw new MlflowFormatException($"The artifact URI '{Shown(text)}' contains '..' or a NUL character");
        }
    }

    // For messages: what stands between the slashes and the last @ before the path is a user and a password.
    private static string Shown(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = start < 3 ? 0 : start + text.AsSpan(start).IndexOf('/');
        var at = start < 3 ? -1 : text.LastIndexOf('@', end < start ? text.Length - 1 : end);
        return Printable.Text(at < start ? text : text[..start] + text[(at + 1)..]);
    }

    private static string Decode(string path, string text)
    {
        if (!path.Contains('%', StringComparison.Ordinal))
        {
            return path;
        }

        try
        {
            var bytes = new List<byte>(path.Length);
            for (var i = 0; i < path.Length; i++)
            {
                if (path[i] == '%')
                {
                    bytes.AddRange(Convert.FromHexString(path.AsSpan(i + 1, 2)));
                    i += 2;
                }
                else
                {
                    var length = char.IsHighSurrogate(path[i]) ? 2 : 1;
                    bytes.AddRange(StrictUtf8.GetBytes(path.Substring(i, length)));
                    i += length - 1;
                }
            }

            return StrictUtf8.GetString([.. bytes]);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new MlflowFormatException($"The percent-encoding of the artifact URI '{Shown(text)}' is broken", e);
        }
    }
}
