using Hallmark.Core.Failures;
using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Outbox;

/// <summary>
/// Who does the outbox's work of a kind: one process at a time, so that two never send the same thing. A file of its own is locked for each kind; the operating system
/// takes the lock back when the process dies, and nothing of it is in the database.
/// </summary>
/// <param name="ledgerFolder">The ledger's folder; the files lie in <c>sending/</c> below it.</param>
/// <param name="patience">How long another process is waited for.</param>
/// <param name="time">The clock.</param>
public sealed class OutboxClaims(string ledgerFolder, TimeSpan patience, TimeProvider time)
{
    private const int MaxNameLength = 100;

    /// <summary>Takes the work of a kind for this process, until what is returned is disposed of; null where another one still has it after the wait.</summary>
    /// <exception cref="UnavailableException">The ledger's folder cannot be written.</exception>
    public async Task<IDisposable?> TryTakeAsync(string kind, CancellationToken cancellationToken)
    {
        var path = PathOf(kind);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // ! the path is below the ledger's folder
            return await LedgerLock.TryAcquireAsync(path, patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(
                $"the ledger's folder {ledgerFolder} cannot be written: {e.Message}",
                e,
                "see that the disk has room and that you may write the folder"
            );
        }
    }

    /// <summary>Which process does the work of a kind, in words.</summary>
    public string DescribeHolder(string kind) => $"another process{LedgerLock.DescribeHolder(PathOf(kind))} does the work of {kind} now";

    // Kinds that fall together share a lock, which delays one of them and does no harm.
    private string PathOf(string kind)
    {
        var name = new string([.. kind.Take(MaxNameLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')]);
        return Path.Combine(new LedgerFolder(Path.GetFullPath(ledgerFolder)).Sending, name);
    }
}
