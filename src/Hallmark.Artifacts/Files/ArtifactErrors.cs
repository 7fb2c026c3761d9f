namespace Hallmark.Artifacts.Files;

/// <summary>The sentences for what can go wrong with a file.</summary>
internal static class ArtifactErrors
{
    public static ArtifactRefusedException NotFound(string path) =>
        new(
            ArtifactFault.NotFound,
            path,
            $"There is no file or folder {Quote(path)}",
            "check the path; a relative one counts from the current directory"
        );

    public static ArtifactRefusedException LinkEscapes(string link, string target) =>
        new(
            ArtifactFault.LinkEscapes,
            link,
            $"The symbolic link {Quote(link)} leads out of the folder, to {Quote(target)}",
            "replace the link by a copy of the file, or hash the folder that holds both"
        );

    public static ArtifactRefusedException LinkBroken(string link) =>
        new(
            ArtifactFault.LinkBroken,
            link,
            $"The symbolic link {Quote(link)} leads nowhere",
            "remove the link, or put back what it points to"
        );

    public static ArtifactRefusedException LinkRefused(string link) =>
        new(
            ArtifactFault.LinkRefused,
            link,
            $"{Quote(link)} is a symbolic link, and only the files themselves are copied",
            "replace the link by what it points to"
        );

    public static ArtifactRefusedException TooManyBytes(string root, long most) =>
        new(
            ArtifactFault.TooLarge,
            root,
            $"{Quote(root)} holds more than {most.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)} bytes",
            "raise the limit if it is meant to"
        );

    public static ArtifactUnreadableException Unwritable(string path, Exception cause) =>
        new(
            ArtifactFault.Unreadable,
            path,
            $"{Quote(path)} cannot be written: {cause.Message}",
            cause,
            "check the disk and the folder's rights"
        );

    public static ArtifactRefusedException NotARegularFile(string path, FileKind kind) =>
        new(
            ArtifactFault.NotARegularFile,
            path,
            $"{Quote(path)} is {Describe(kind)} and cannot be read as a file",
            "only regular files, folders and symbolic links to them belong in an artifact"
        );

    public static ArtifactRefusedException NotAFolder(string path) =>
        new(ArtifactFault.NotFound, path, $"{Quote(path)} is no folder", "name the folder that holds the files");

    public static ArtifactRefusedException BadName(string path) =>
        new(ArtifactFault.BadName, path, $"The name of {Quote(path)} is not valid UTF-8, so no record can hold it", "rename the file");

    public static ArtifactRefusedException TooManyFiles(string root, int most) =>
        new(
            ArtifactFault.TooLarge,
            root,
            $"{Quote(root)} holds more than {most} files",
            "hash its parts by themselves, or raise the limit"
        );

    public static ArtifactRefusedException TooDeep(string path, int deepest) =>
        new(
            ArtifactFault.TooLarge,
            path,
            $"{Quote(path)} lies deeper than {deepest} folders",
            "hash its parts by themselves, or raise the limit"
        );

    public static ArtifactUnreadableException Unreadable(string path, Exception? cause, string reason) =>
        new(ArtifactFault.Unreadable, path, $"{Quote(path)} cannot be read: {reason}", cause, "check who owns it and what its rights are");

    public static ArtifactUnreadableException Changed(string path) =>
        new(ArtifactFault.Changed, path, $"{Quote(path)} changed while it was read", null, "let what writes it finish, then run again");

    /// <summary>A path in quotes; control characters, which could forge a line in a log or move a terminal's cursor, as <c>\uXXXX</c>.</summary>
    private static string Quote(string path) =>
        "'" + string.Concat(path.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? $"\\u{(int)c:x4}" : c.ToString())) + "'";

    private static string Describe(FileKind kind) =>
        kind switch
        {
            FileKind.Folder => "a folder",
            FileKind.Pipe => "a pipe",
            FileKind.Socket => "a socket",
            FileKind.Device => "a device",
            _ => "no regular file",
        };
}
