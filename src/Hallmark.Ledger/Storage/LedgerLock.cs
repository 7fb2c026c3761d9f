using System.Globalization;

namespace Hallmark.Ledger.Storage;

/// <summary>
/// The right to write a ledger, held by one process at a time. The operating system takes it back when the process dies. Beside its file lies another one that is locked by
/// the process that is the next: so a holder knows that somebody waits, and who gives the lock on and wants it again comes after him.
/// </summary>
internal sealed class LedgerLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly FileStream _file;

    private LedgerLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="LedgerBusyException">Another process still holds it after <paramref name="timeout"/>.</exception>
    public static async Task<LedgerLock> AcquireAsync(string path, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        return await TryAcquireAsync(path, timeout, time, cancellationToken).ConfigureAwait(false)
            ?? throw new LedgerBusyException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"another process{DescribeHolder(path)} writes the ledger {Path.GetDirectoryName(path)}; waited {timeout.TotalSeconds:0.#} s"
                ),
                "wait until it has ended, or give this one a home of its own with --home"
            );
    }

    /// <summary>Waits for the lock; null where another process still holds it after <paramref name="timeout"/>.</summary>
    public static async Task<LedgerLock?> TryAcquireAsync(
        string path,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var start = time.GetTimestamp();
        FileStream? place = null;
        try
        {
            while (true)
            {
                place ??= TryOpen(QueueOf(path));
                if (place is not null && TryAcquire(path) is { } held)
                {
                    return held;
                }

                if (time.GetElapsedTime(start) >= timeout)
                {
                    return null;
                }

                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (place is not null)
            {
                await place.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>True where a process waits for the lock.</summary>
    public static bool IsWaitedFor(string path)
    {
        using var place = TryOpen(QueueOf(path));
        return place is null;
    }

    /// <summary>The number of the process that holds a lock, for messages; empty where it cannot be told.</summary>
    public static string DescribeHolder(string path)
    {
        try
        {
            using var file = File.OpenHandle(HolderOf(path));
            Span<byte> bytes = stackalloc byte[20];
            var length = RandomAccess.Read(file, bytes, 0);
            return int.TryParse(bytes[..length].TrimEnd((byte)'\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? string.Create(CultureInfo.InvariantCulture, $" (number {id})")
                : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only a remark in a message: without it the message still says what to do.
            return "";
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static LedgerLock? TryAcquire(string path)
    {
        if (TryOpen(path) is not { } file)
        {
            return null;
        }

        try
        {
            // In a file of its own: the locked one cannot be opened by those who wait.
            File.WriteAllText(HolderOf(path), string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
            return new LedgerLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX) on Unix: it binds the open file, so that a second opening in this process is refused too.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private static string HolderOf(string path) => path + ".holder";

    private static string QueueOf(string path) => path + ".next";
}
