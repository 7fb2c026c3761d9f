namespace Hallmark.Artifacts.Files;

/// <summary>What the file system says of a file. Two equal values mean: no visible change in between.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="ModifiedNanoseconds">When its content was last written, since 1970-01-01 UTC.</param>
/// <param name="ChangedNanoseconds">When content or attributes last changed; null where the platform does not say.</param>
/// <param name="Inode">Its number in its file system; null where the platform does not say.</param>
/// <param name="Device">The file system's number; null where the platform does not say.</param>
internal readonly record struct FileFacts(
    FileKind Kind,
    long Size,
    long ModifiedNanoseconds,
    long? ChangedNanoseconds,
    ulong? Inode,
    ulong? Device
)
{
    /// <summary>True where both name the same file in the same file system, or the platform cannot tell.</summary>
    public bool IsSameFileAs(FileFacts other) => Kind == other.Kind && Inode == other.Inode && Device == other.Device;
}
