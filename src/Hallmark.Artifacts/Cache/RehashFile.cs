using Hallmark.Artifacts.Files;

namespace Hallmark.Artifacts.Cache;

/// <summary>The cache on disk: <c>rehash-1.jsonl</c>, one entry a line, the last line for a file counts. Shared by processes through a lock file.</summary>
internal sealed class RehashFile(string folder)
{
    private const long MaxLength = 64L << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly string _path = Path.Combine(folder, "rehash-1.jsonl");
    private readonly string _lockPath = Path.Combine(folder, "rehash-1.lock");

    /// <summary>Reads what can be read. Broken lines, and a file out of bounds, are passed over: a cache may forget.</summary>
    public (Dictionary<RehashKey, RehashEntry> Entries, int Lines) Load()
    {
        var entries = new Dictionary<RehashKey, RehashEntry>();
        var lines = 0;
        try
        {
            // Another process may swap or lengthen the file meanwhile; what is open stays whole.
            using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length <= MaxLength)
            {
                foreach (var entry in Lines(stream).Select(line => RehashEntry.TryRead(line)))
                {
                    lines++;
                    if (entry is not null)
                    {
                        entries[entry.Key] = entry;
                    }
                }
            }
        }
        catch (Exception exception) when (DiskFiles.IsDiskFailure(exception))
        {
            // Absent or unreadable: an empty cache.
        }

        return (entries, lines);
    }

    /// <summary>Adds entries; where the file has become too long it is written anew with the newest only.</summary>
    /// <returns>False where another process holds the lock for long, or the disk refuses: then the entries are not kept.</returns>
    public bool TryAdd(IReadOnlyCollection<RehashEntry> added, int maxEntries)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var held = TryLock();
            if (held is null)
            {
                return false;
            }

            var (entries, lines) = Load();
            var length = File.Exists(_path) ? new FileInfo(_path).Length : 0;
            if (lines + added.Count <= 2 * maxEntries && length <= MaxLength / 2)
            {
                Append(added);
            }
            else
            {
                foreach (var entry in added)
                {
                    // Taken out first, so that it goes to the end, among the newest.
                    entries.Remove(entry.Key);
                    entries[entry.Key] = entry;
                }

                Replace(entries.Values.Reverse().Take(maxEntries).Reverse());
            }

            return true;
        }
        catch (Exception exception) when (DiskFiles.IsDiskFailure(exception))
        {
            return false;
        }
    }

    private void Append(IEnumerable<RehashEntry> added)
    {
        using var stream = new FileStream(_path, Options(FileMode.Append));

        // A process that died in the middle of a line must not spoil the next one.
        stream.WriteByte((byte)'\n');
        Write(stream, added);
    }

    private void Replace(IEnumerable<RehashEntry> entries)
    {
        var temporary = _path + ".new";
        using (var stream = new FileStream(temporary, Options(FileMode.Create)))
        {
            Write(stream, entries);
        }

        File.Move(temporary, _path, overwrite: true);
    }

    private static void Write(FileStream stream, IEnumerable<RehashEntry> entries)
    {
        foreach (var line in entries.Select(entry => entry.ToLine()).Where(line => line.Length <= RehashEntry.MaxLineLength))
        {
            stream.Write(line);
        }
    }

    private FileStream? TryLock()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                return new FileStream(_lockPath, Options(FileMode.OpenOrCreate));
            }
            catch (IOException)
            {
                Thread.Sleep(Pause);
            }
        }

        return null;
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 64 * 1024,
        };
        if (mode is FileMode.Append)
        {
            options.Share = FileShare.Read;
        }

        if (!OperatingSystem.IsWindows())
        {
            // Whoever can write here can have a changed file taken for an unchanged one.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(FileStream stream)
    {
        var buffer = new byte[2 * RehashEntry.MaxLineLength];
        var filled = 0;
        var skipping = false;
        while (stream.Read(buffer, filled, buffer.Length - filled) is var read and > 0)
        {
            filled += read;
            var start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', start, filled - start)) >= 0; start = end + 1)
            {
                if (end > start && !skipping)
                {
                    yield return buffer.AsMemory(start, end - start);
                }

                skipping = false;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled > RehashEntry.MaxLineLength)
            {
                // Longer than any entry: passed over up to its end.
                skipping = true;
                filled = 0;
            }
        }
    }
}
