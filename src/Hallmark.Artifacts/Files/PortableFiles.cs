using Microsoft.Win32.SafeHandles;

namespace Hallmark.Artifacts.Files;

/// <summary>The same questions as <see cref="LinuxFiles"/> asked through the base library, which knows neither inode nor ctime.</summary>
/// <remarks>It cannot tell a pipe from a file either: outside Linux a pipe in a folder is waited for.</remarks>
internal static class PortableFiles
{
    public static FileFacts? Find(string path, bool followLink)
    {
        FileSystemInfo info = new FileInfo(path);
        if (!info.Exists)
        {
            info = new DirectoryInfo(path);
        }

        if (info.LinkTarget is not null)
        {
            if (!followLink)
            {
                return new FileFacts(FileKind.Link, 0, Nanoseconds(info.LastWriteTimeUtc), null, null, null);
            }

            var target = info.ResolveLinkTarget(returnFinalTarget: true);
            return target is { Exists: true } ? Facts(target) : null;
        }

        return info.Exists ? Facts(info) : null;
    }

    public static FileFacts Read(SafeFileHandle handle) =>
        new(FileKind.Regular, RandomAccess.GetLength(handle), Nanoseconds(File.GetLastWriteTimeUtc(handle)), null, null, null);

    public static SafeFileHandle? Open(string path) =>
        Find(path, followLink: true) switch
        {
            null => null,
            { Kind: FileKind.Regular } => File.OpenHandle(path, options: FileOptions.SequentialScan),
            _ => throw new IOException("it is no regular file"),
        };

    private static FileFacts Facts(FileSystemInfo info)
    {
        var kind = info switch
        {
            DirectoryInfo => FileKind.Folder,
            { Attributes: var attributes } when attributes.HasFlag(FileAttributes.Device) => FileKind.Device,
            _ => FileKind.Regular,
        };
        return new FileFacts(kind, info is FileInfo file ? file.Length : 0, Nanoseconds(info.LastWriteTimeUtc), null, null, null);
    }

    private static long Nanoseconds(DateTime utc) => unchecked((utc.Ticks - DateTime.UnixEpoch.Ticks) * 100);
}
