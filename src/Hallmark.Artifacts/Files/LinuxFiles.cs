using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Hallmark.Artifacts.Files;

/// <summary>The few system calls whose answers the base library does not pass on: inode, ctime, and opening without waiting.</summary>
/// <remarks>
/// <c>statx(2)</c>, unlike <c>stat(2)</c>, has one layout on all architectures. <c>O_NONBLOCK</c> keeps an open from waiting for a pipe's writer,
/// should a regular file have been swapped for a pipe after we looked.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static partial class LinuxFiles
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7FF;
    private const int ReadOnlyNonBlockingCloseOnExec = 0x800 | 0x80000;
    private const int AdviceSequential = 2;
    private const int NoSuchFile = 2;
    private const int NotADirectory = 20;
    private const int TooManyLinks = 40;

    /// <summary>The flags above are those of x86 and ARM; other architectures number some of them differently.</summary>
    public static bool IsUsable { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 && Probe();

    /// <returns>Null where nothing has that name (or a link in it leads nowhere).</returns>
    /// <exception cref="IOException">The system refuses to say; the message is the system's.</exception>
    public static FileFacts? Find(string path, bool followLink)
    {
        var result = StatX(CurrentDirectory, path, followLink ? 0 : NoFollow, BasicStats, out var buffer);
        if (result == 0)
        {
            return Facts(in buffer);
        }

        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchFile or NotADirectory or TooManyLinks ? null : throw Failure(error);
    }

    /// <exception cref="IOException">The system refuses to say.</exception>
    public static FileFacts Read(SafeFileHandle handle)
    {
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            return StatX((int)handle.DangerousGetHandle(), "", EmptyPath, BasicStats, out var buffer) == 0
                ? Facts(in buffer)
                : throw Failure(Marshal.GetLastPInvokeError());
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>Opens for reading in order, without ever waiting.</summary>
    /// <returns>Null where nothing has that name.</returns>
    /// <exception cref="IOException">It may not be opened.</exception>
    public static SafeFileHandle? Open(string path)
    {
        var descriptor = OpenFile(path, ReadOnlyNonBlockingCloseOnExec, 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoSuchFile or NotADirectory or TooManyLinks ? null : throw Failure(error);
        }

        _ = Advise(descriptor, 0, 0, AdviceSequential);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static FileFacts Facts(in StatXBuffer buffer) =>
        new(
            (buffer.Mode & 0xF000) switch
            {
                0x8000 => FileKind.Regular,
                0x4000 => FileKind.Folder,
                0xA000 => FileKind.Link,
                0x1000 => FileKind.Pipe,
                0xC000 => FileKind.Socket,
                0x2000 or 0x6000 => FileKind.Device,
                _ => FileKind.Other,
            },
            (long)buffer.Size,
            Nanoseconds(buffer.Modified),
            Nanoseconds(buffer.Changed),
            buffer.Inode,
            ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor
        );

    // Times beyond the year 2262 (a file may claim any) wrap; they still compare equal only to themselves.
    private static long Nanoseconds(StatXTime time) => unchecked((time.Seconds * 1_000_000_000) + time.Nanoseconds);

    private static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error));

    private static bool Probe()
    {
        try
        {
            return StatX(CurrentDirectory, "/", 0, BasicStats, out _) == 0;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out StatXBuffer buffer);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(int descriptor, long offset, long length, int advice);
}
