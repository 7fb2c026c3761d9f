using Hallmark.Artifacts.Files;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts.Cache;

/// <summary>
/// Remembers digests of files between runs, so that an unchanged model of many gigabytes is not read again. A digest is given only where path,
/// size, modification time, inode, change time and file system are all the same as when the file was hashed, and only if the file had then been left alone
/// for two seconds: within a clock's grain a file could be written again without any of them changing. Whoever can write to the cache's folder can
/// lie to it; <see cref="HashingOptions.Paranoid"/> goes without. Safe for several threads, and for several processes on one folder.
/// </summary>
public sealed class RehashCache
{
    /// <summary>How long a file must have been left alone before it was hashed.</summary>
    public static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly RehashFile _file;
    private readonly TimeProvider _time;
    private readonly int _maxEntries;
    private readonly Dictionary<RehashKey, RehashEntry> _entries;
    private readonly Dictionary<RehashKey, RehashEntry> _added = [];

    private RehashCache(string folder, TimeProvider time, int maxEntries)
    {
        _file = new RehashFile(folder);
        _time = time;
        _maxEntries = maxEntries;
        (_entries, _) = _file.Load();
    }

    /// <summary>How many digests are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Now, by the clock that was handed in.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Opens the cache in a folder, which is made when there is something to keep. Damage and absence are an empty cache, never an error.</summary>
    /// <param name="folder">The folder; should be the user's own.</param>
    /// <param name="time">The clock that file times are compared with.</param>
    /// <param name="maxEntries">Most files remembered; 1 to 1,000,000. 50,000 unless set (about 15 MiB on disk at most twice that).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxEntries"/> is outside that range.</exception>
    public static RehashCache Open(string folder, TimeProvider time, int maxEntries = 50_000)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxEntries, 1_000_000);
        return new RehashCache(folder, time, maxEntries);
    }

    /// <summary>The digest of the file in exactly this state; null where it is not known.</summary>
    internal Digest? Find(string path, FileFacts facts, DigestAlgorithm algorithm)
    {
        lock (_lock)
        {
            return IsComplete(facts) && _entries.TryGetValue(new RehashKey(path, algorithm), out var entry) && entry.Facts == facts
                ? entry.Digest
                : null;
        }
    }

    /// <summary>Remembers a digest, if the file had been left alone before hashing began.</summary>
    internal void Remember(string path, FileFacts facts, Digest digest, DateTimeOffset hashingStarted)
    {
        if (!IsComplete(facts) || !WasQuiet(facts, hashingStarted))
        {
            return;
        }

        var entry = new RehashEntry(path, facts, digest);
        lock (_lock)
        {
            _entries[entry.Key] = entry;
            _added[entry.Key] = entry;
        }
    }

    /// <summary>Writes what was added. What cannot be written is forgotten: the files are hashed again next time.</summary>
    internal void Save()
    {
        RehashEntry[] added;
        lock (_lock)
        {
            added = [.. _added.Values];
            _added.Clear();
        }

        if (added.Length > 0)
        {
            _file.TryAdd(added, _maxEntries);
        }
    }

    /// <summary>Without inode and change time, a file put in another's place with its times set back would pass.</summary>
    private static bool IsComplete(FileFacts facts) => facts is { ChangedNanoseconds: not null, Inode: not null, Device: not null };

    private static bool WasQuiet(FileFacts facts, DateTimeOffset hashingStarted)
    {
        var last = Math.Max(facts.ModifiedNanoseconds, facts.ChangedNanoseconds ?? long.MaxValue);
        var started = (hashingStarted - DateTimeOffset.UnixEpoch).Ticks * 100;
        return last <= started - (QuietTime.Ticks * 100);
    }
}
