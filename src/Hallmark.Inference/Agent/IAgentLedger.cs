using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;

namespace Hallmark.Inference.Agent;

/// <summary>
/// The port to the ledger for an agent, which runs for months beside other commands: the ledger is opened to write for one round and closed again. Safe for use by
/// several threads.
/// </summary>
public interface IAgentLedger
{
    /// <summary>Looks things up without a lock.</summary>
    /// <param name="read">Gets the ledger, or null where there is none yet.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="HallmarkException">The ledger is damaged or out of reach.</exception>
    Task<T> ReadAsync<T>(Func<IEventLogReader?, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>Opens the ledger, writes, and closes it.</summary>
    /// <param name="write">Gets the ledger and the key that signs.</param>
    /// <param name="cancellationToken">Ends the waiting for another writer.</param>
    /// <exception cref="UnavailableException">Another process writes it, or the disk refuses.</exception>
    Task WriteAsync(Func<IEventLog, ISigner, Task> write, CancellationToken cancellationToken);

    /// <summary>The transaction id of an envelope's upload; null where there is none, or not yet.</summary>
    Task<string?> FindTransactionAsync(ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken);

    /// <summary>Whether a public key (64 lower-case hex digits) is one of this home's: an entry signed by another is nobody's baseline.</summary>
    Task<bool> IsOwnKeyAsync(string publicKeyHex);
}
