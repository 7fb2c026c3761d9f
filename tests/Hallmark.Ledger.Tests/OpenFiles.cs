namespace Hallmark.Ledger.Tests;

/// <summary>What this process has open, as Linux tells it.</summary>
internal static class OpenFiles
{
    /// <summary>The open files below a folder; those that are deleted already, too.</summary>
    public static IReadOnlyList<string> Below(string folder) =>
        [
            .. Directory
                .EnumerateFileSystemEntries("/proc/self/fd")
                .Select(descriptor => new FileInfo(descriptor).LinkTarget ?? "")
                .Where(path => path.StartsWith(folder, StringComparison.Ordinal)),
        ];
}
