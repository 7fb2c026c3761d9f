namespace Hallmark.Ledger.Storage;

/// <summary>
/// The ledger's lock in the hands of a process that stays: taken when there is something to write, given on when somebody waits for it or nothing is left to do, taken again.
/// Used by one thread.
/// </summary>
/// <param name="path">The lock's file.</param>
/// <param name="held">The lock, which was taken to open the ledger.</param>
/// <param name="patience">How long another process is waited for.</param>
/// <param name="time">The clock.</param>
internal sealed class LedgerTurn(string path, LedgerLock held, TimeSpan patience, TimeProvider time) : IDisposable
{
    /// <summary>How long a turn lasts where others wait. Less would have them change places more than write.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(50);

    private LedgerLock? _held = held;
    private long _lookedAt = time.GetTimestamp();

    /// <summary>True while this process may write.</summary>
    public bool IsHeld => _held is not null;

    /// <summary>Waits for the lock, behind those who wait already.</summary>
    /// <exception cref="LedgerBusyException">Another process did not give it in time.</exception>
    public void Take()
    {
        if (_held is null)
        {
            // The writing thread has nothing else to do meanwhile, and is nobody else's.
            _held = LedgerLock.AcquireAsync(path, patience, time, CancellationToken.None).GetAwaiter().GetResult();
            _lookedAt = time.GetTimestamp();
        }
    }

    /// <summary>True where the turn has lasted long enough and somebody waits.</summary>
    public bool IsOver()
    {
        if (_held is null || time.GetElapsedTime(_lookedAt) < Length)
        {
            return false;
        }

        _lookedAt = time.GetTimestamp();
        return LedgerLock.IsWaitedFor(path);
    }

    /// <summary>Gives the lock on.</summary>
    public void End()
    {
        _held?.Dispose();
        _held = null;
    }

    /// <inheritdoc />
    public void Dispose() => End();
}
