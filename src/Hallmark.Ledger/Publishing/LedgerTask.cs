using Hallmark.Core.Failures;

namespace Hallmark.Ledger.Publishing;

/// <summary>Work of a ledger that is done once at a time, with what went wrong the last time.</summary>
/// <param name="what">What could not be done, for the message of a failure that nobody foresaw.</param>
internal sealed class LedgerTask(string what) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private HallmarkException? _fault;

    /// <summary>Why it failed the last time, or null.</summary>
    public HallmarkException? Fault => Volatile.Read(ref _fault);

    /// <summary>Does it, once whoever does it at the moment is done. A ledger that was found to be damaged is left alone.</summary>
    /// <exception cref="LedgerDamagedException">The ledger is damaged.</exception>
    /// <exception cref="UnavailableException">It failed, and may be tried again.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Fault is LedgerDamagedException damage)
            {
                throw damage;
            }

            var result = await action().ConfigureAwait(false);
            Volatile.Write(ref _fault, null);
            return result;
        }
        catch (HallmarkException fault)
        {
            Volatile.Write(ref _fault, fault);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var fault = new UnavailableException(
                $"the ledger's files cannot be written: {e.Message}",
                e,
                "see that the disk has room and that you may write the folder"
            );
            Volatile.Write(ref _fault, fault);
            throw fault;
        }
        catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException or OutOfMemoryException))
        {
            // Something that the caller gave has failed, such as the work for a checkpoint. It must not end the work in the background unheard.
            var fault = new UnavailableException($"{what}: {e.Message}", e, "the entries are safe, and it is tried again");
            Volatile.Write(ref _fault, fault);
            throw fault;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();
}
