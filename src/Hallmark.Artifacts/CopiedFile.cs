using Hallmark.Artifacts.Files;

namespace Hallmark.Artifacts;

/// <summary>Makes the files of a private copy: new ones only, readable by their owner, writable by nobody once they are closed.</summary>
public static class CopiedFile
{
    /// <summary>Makes a file and the folders above it.</summary>
    /// <param name="path">Where; nothing has that name yet.</param>
    /// <exception cref="ArtifactUnreadableException">It cannot be made.</exception>
    public static FileStream Make(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new IOException("it is no place for a file");
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                options.UnixCreateMode = UnixFileMode.UserRead;
            }

            return new FileStream(path, options);
        }
        catch (Exception exception) when (DiskFiles.IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unwritable(path, exception);
        }
    }

    /// <summary>Appends to a file that was made here.</summary>
    /// <param name="file">The file.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ArtifactUnreadableException">The disk refuses.</exception>
    public static async ValueTask WriteAsync(
        FileStream file,
        ReadOnlyMemory<byte> content,
        string path,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            await file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFiles.IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unwritable(path, exception);
        }
    }
}
