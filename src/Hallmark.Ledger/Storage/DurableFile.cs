using System.Globalization;
using System.Runtime.InteropServices;
using Hallmark.Files;
using Microsoft.Win32.SafeHandles;

namespace Hallmark.Ledger.Storage;

/// <summary>
/// Writes files so that a crash leaves the old state or the new one: temporary files, flush to disk, rename, flush of the folders. Files are flushed together, because each
/// flush on its own makes the file system write its journal. One call at a time.
/// </summary>
/// <param name="temporaryFolder">On the same file system as the targets.</param>
internal sealed partial class DurableFile(string temporaryFolder)
{
    private const int MaxUnflushed = 256;
    private readonly HashSet<string> _dirtyFolders = new(StringComparer.Ordinal);
    private readonly List<Unflushed> _unflushed = [];
    private long _counter;

    /// <summary>How many files were written.</summary>
    public long WrittenCount { get; private set; }

    /// <summary>Writes a file that is never changed again. Where it is there already it must hold the same bytes. Is there once <see cref="Flush"/> was called.</summary>
    /// <exception cref="LedgerDamagedException">The file is there with other bytes.</exception>
    public void WriteOnce(string path, ReadOnlySpan<byte> bytes)
    {
        if (File.Exists(path))
        {
            if (!HoldsExactly(path, bytes))
            {
                throw new LedgerDamagedException($"the published file {path} has other bytes than the ledger's entries give");
            }

            // A process may have died between giving the name and flushing it.
            _dirtyFolders.Add(Path.GetDirectoryName(path)!); // ! a path below the ledger's folder always has a parent
            return;
        }

        Write(path, bytes, mayReplace: false);
    }

    /// <summary>Replaces a file, or makes it. Is there once <see cref="Flush"/> was called.</summary>
    public void Replace(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, mayReplace: true);

    /// <summary>Flushes the files that were written since the last call, gives them their names, and flushes the folders that they stand in.</summary>
    public void Flush()
    {
        FlushFiles();
        foreach (var folder in _dirtyFolders)
        {
            DurableFolder.Sync(folder);
        }

        _dirtyFolders.Clear();
    }

    /// <summary>Drops what was not flushed, after a failure: on a full disk each new try would else leave less room than the one before.</summary>
    public void Discard()
    {
        foreach (var file in _unflushed)
        {
            file.Handle.Dispose();
            Remove(file.Temporary);
        }

        _unflushed.Clear();
    }

    private static bool HoldsExactly(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = File.OpenHandle(path);
        if (RandomAccess.GetLength(file) != bytes.Length)
        {
            return false;
        }

        var found = new byte[bytes.Length];
        var length = 0;
        while (length < found.Length)
        {
            var read = RandomAccess.Read(file, found.AsSpan(length), length);
            if (read == 0)
            {
                return false;
            }

            length += read;
        }

        return found.AsSpan().SequenceEqual(bytes);
    }

    private void Write(string path, ReadOnlySpan<byte> bytes, bool mayReplace)
    {
        var folder = Path.GetDirectoryName(path)!; // a path below the ledger's folder always has a parent
        MakeFolder(folder);
        var temporary = Path.Combine(temporaryFolder, (++_counter).ToString(CultureInfo.InvariantCulture));
        var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            RandomAccess.Write(file, bytes, 0);
        }
        catch
        {
            // Half-written: it never gets its name.
            file.Dispose();
            Remove(temporary);
            throw;
        }

        _unflushed.Add(new Unflushed(file, temporary, path, mayReplace));
        _dirtyFolders.Add(folder);
        WrittenCount++;
        if (_unflushed.Count == MaxUnflushed)
        {
            FlushFiles();
        }
    }

    private void FlushFiles()
    {
        try
        {
            // All are on their way before the first one is waited for: then one writing of the journal serves them all.
            if (OperatingSystem.IsLinux() && _unflushed.Count > 1)
            {
                foreach (var file in _unflushed)
                {
                    _ = Native.SyncFileRange((int)file.Handle.DangerousGetHandle(), 0, 0, Native.StartWriting);
                }
            }

            foreach (var file in _unflushed)
            {
                RandomAccess.FlushToDisk(file.Handle);
                file.Handle.Dispose();
            }

            foreach (var file in _unflushed)
            {
                File.Move(file.Temporary, file.Path, file.MayReplace);
            }

            _unflushed.Clear();
        }
        catch
        {
            Discard();
            throw;
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start empties the folder; what failed before is what the caller has to hear of.
        }
    }

    private void MakeFolder(string folder)
    {
        if (_dirtyFolders.Contains(folder) || Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!; // stops at the ledger's folder, which exists
        MakeFolder(parent);
        Directory.CreateDirectory(folder);
        _dirtyFolders.Add(parent);
    }

    private readonly record struct Unflushed(SafeFileHandle Handle, string Temporary, string Path, bool MayReplace);

    private static partial class Native
    {
        /// <summary><c>SYNC_FILE_RANGE_WRITE</c>.</summary>
        public const uint StartWriting = 2;

        [LibraryImport("libc", EntryPoint = "sync_file_range")]
        public static partial int SyncFileRange(int descriptor, long offset, long length, uint flags);
    }
}
