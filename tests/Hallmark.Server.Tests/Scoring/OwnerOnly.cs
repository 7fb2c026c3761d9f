namespace Hallmark.Server.Tests.Scoring;

/// <summary>Modes of files, where the system has them.</summary>
internal static class OwnerOnly
{
    /// <summary>Lets the owner read and write, and others as far as said.</summary>
    public static void Set(string path, UnixFileMode more = UnixFileMode.None)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        }
    }
}
