using System.Security.Cryptography;
using Hallmark.Core.Failures;
using Hallmark.Files;

namespace Hallmark.Keys.Files;

/// <summary>Files that only their owner may see: created whole or not at all, never over another file, and read only while nobody else can read them.</summary>
/// <remarks>Windows has no such modes: there the folder's inherited access list decides, and the mode rules do not apply.</remarks>
internal static class PrivateFile
{
    /// <summary>The longest key file that is read.</summary>
    public const int MaxSizeInBytes = 64 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode GroupAndOthers = (UnixFileMode)0b000_111_111;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Makes a folder that only its owner may enter; one that exists is left as it is, but refused where others could swap its files.</summary>
    /// <exception cref="KeyException">Others may write to the folder.</exception>
    /// <exception cref="UnavailableException">The folder cannot be made.</exception>
    public static void EnsureFolder(string folder)
    {
        try
        {
            DurableFolder.CreatePrivate(folder);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder) & WritableByOthers) != UnixFileMode.None)
            {
                throw new KeyException($"Others may write to the key folder {folder}, and so could swap its keys", $"chmod 700 {folder}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(
                $"The key folder {folder} cannot be made: {e.Message}",
                e,
                "See that the disk has room and that you may write there, or choose another home with --home or HALLMARK_HOME"
            );
        }
    }

    /// <summary>Creates a file with mode 0600 from its first byte on, synced to disk together with its name.</summary>
    /// <returns>False where something of that name exists already; it is left alone.</returns>
    /// <exception cref="UnavailableException">The file cannot be written.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            return NewFile.TryCreate(path, content, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(
                $"The key file {path} cannot be written: {e.Message}",
                e,
                "See that the disk has room and that you may write the folder; nothing was replaced"
            );
        }
    }

    /// <summary>Reads a private file: at most <see cref="MaxSizeInBytes"/>, and only where group and others have no access to it (to its target, if it is a link).</summary>
    /// <returns>The content in memory that does not move; the caller erases it.</returns>
    /// <exception cref="KeyException">It is missing, unreadable, too long, or open to others.</exception>
    public static byte[] Read(string path) => Read(path, isPrivate: true);

    /// <summary>Reads a file that is no secret, with the same bound.</summary>
    /// <exception cref="KeyException">It is missing, unreadable or too long.</exception>
    public static byte[] ReadPublic(string path) => Read(path, isPrivate: false);

    private static byte[] Read(string path, bool isPrivate)
    {
        var buffer = GC.AllocateArray<byte>(MaxSizeInBytes + 1, pinned: true);
        try
        {
            using var stream = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.Open,
                    Access = FileAccess.Read,
                    BufferSize = 0,
                }
            );

            // Asked of the open file, so that nobody can swap it between question and reading.
            if (
                isPrivate
                && !OperatingSystem.IsWindows()
                && (File.GetUnixFileMode(stream.SafeFileHandle) & GroupAndOthers) is not UnixFileMode.None and var open
            )
            {
                throw new KeyException(
                    $"Others may use the private key file {path} (mode has {open})",
                    $"chmod 600 {path}",
                    "If others had access to it, make a new key and retire this one"
                );
            }

            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MaxSizeInBytes)
            {
                throw new KeyException($"{path} is longer than {MaxSizeInBytes} bytes, so it is no key file");
            }

            var content = GC.AllocateArray<byte>(length, pinned: true);
            buffer.AsSpan(0, length).CopyTo(content);
            return content;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyException($"There is no key file {path}", "hallmark key list shows the keys that there are");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyException($"The key file {path} cannot be read: {e.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
