using Hallmark.Artifacts.Files;
using Microsoft.Win32.SafeHandles;

namespace Hallmark.Artifacts.Hashing;

/// <summary>A file that is being read, and what it was when that began.</summary>
internal sealed class OpenedFile : IDisposable
{
    private readonly FileToHash _file;
    private readonly SafeFileHandle _handle;
    private readonly FileFacts _before;

    private OpenedFile(FileToHash file, SafeFileHandle handle, FileFacts before)
    {
        _file = file;
        _handle = handle;
        _before = before;
    }

    /// <summary>The file's length in bytes.</summary>
    public long Size => _before.Size;

    /// <summary>Opens the file that was found, and no other that took its name meanwhile.</summary>
    /// <exception cref="ArtifactUnreadableException">It cannot be opened, or is another one now.</exception>
    public static OpenedFile Open(FileToHash file)
    {
        var handle = DiskFiles.Open(file.FullPath) ?? throw ArtifactErrors.Changed(file.FullPath);
        try
        {
            var facts = DiskFiles.Read(handle, file.FullPath);
            return facts == file.Facts ? new OpenedFile(file, handle, facts) : throw ArtifactErrors.Changed(file.FullPath);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Fills the buffer from that place on, or as far as the file goes.</summary>
    /// <returns>How many bytes were read.</returns>
    /// <exception cref="ArtifactUnreadableException">The system cannot read it.</exception>
    public int Read(Span<byte> buffer, long offset)
    {
        try
        {
            var filled = 0;
            while (filled < buffer.Length)
            {
                var read = RandomAccess.Read(_handle, buffer[filled..], offset + filled);
                if (read == 0)
                {
                    break;
                }

                filled += read;
            }

            return filled;
        }
        catch (Exception exception) when (DiskFiles.IsDiskFailure(exception))
        {
            throw ArtifactErrors.Unreadable(_file.FullPath, exception, exception.Message);
        }
    }

    /// <summary>Makes sure that what was read was one state of the file: handle and name still show what they showed at first.</summary>
    /// <exception cref="ArtifactUnreadableException">It changed.</exception>
    public void EnsureUnchanged()
    {
        if (DiskFiles.Read(_handle, _file.FullPath) != _before || DiskFiles.Find(_file.FullPath, followLink: true) != _before)
        {
            throw Changed();
        }
    }

    /// <summary>The failure of a file that changed while it was read.</summary>
    public ArtifactUnreadableException Changed() => ArtifactErrors.Changed(_file.FullPath);

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();
}
