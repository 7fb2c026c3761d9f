using System.Globalization;
using System.Security.Cryptography;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>What lies below a folder: each path with its kind, size and hash. Links are not followed; pipes and very large files are not read.</summary>
internal static class FolderTree
{
    private const long MostRead = 16 << 20;

    public static string Of(string folder) =>
        Directory.Exists(folder) ? string.Join('\n', Walk(new DirectoryInfo(folder), folder).Order(StringComparer.Ordinal)) : "(no folder)";

    // SQLite and the ledger's lock make and remove these, empty of anything that counts, whoever opens the ledger.
    private static bool IsOfReading(string name) =>
        name is "lock" or "ledger.db-shm" or "ledger.db-wal" || name.StartsWith("lock.", StringComparison.Ordinal);

    private static IEnumerable<string> Walk(DirectoryInfo folder, string root)
    {
        foreach (var item in folder.EnumerateFileSystemInfos())
        {
            var path = Path.GetRelativePath(root, item.FullName);
            if (item.LinkTarget is { } target)
            {
                yield return $"{path} -> {target}";
            }
            else if (item is DirectoryInfo inner)
            {
                yield return path + "/";
                foreach (var below in Walk(inner, root))
                {
                    yield return below;
                }
            }
            else if (item is FileInfo file && !IsOfReading(file.Name))
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path} {file.Length} {(file.Length is > 0 and <= MostRead ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName))) : "")}"
                );
            }
        }
    }
}
