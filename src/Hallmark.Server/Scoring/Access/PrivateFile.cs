using Hallmark.Core.Failures;

namespace Hallmark.Server.Scoring.Access;

/// <summary>Files with secrets: for their owner only.</summary>
public static class PrivateFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>Refuses a file that others can read or write; where the system has no such modes, every file is taken.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it holds, for messages.</param>
    /// <exception cref="BadInputException">There is no such file, or others may open it.</exception>
    public static void RequireOwnerOnly(string path, string what)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"there is no file {path} for {what}");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new BadInputException($"{path} holds {what} and can be opened by others", $"chmod 600 {path}");
        }
    }

    /// <summary>Reads a small text file with secrets.</summary>
    /// <param name="path">The file; at most 1 MB.</param>
    /// <param name="what">What it holds, for messages.</param>
    /// <exception cref="BadInputException">There is no such file, others may open it, or it is too large.</exception>
    public static string ReadText(string path, string what)
    {
        RequireOwnerOnly(path, what);
        if (new FileInfo(path).Length > 1 << 20)
        {
            throw new BadInputException($"{path} is larger than 1 MB: not a file of {what}");
        }

        return File.ReadAllText(path);
    }
}
