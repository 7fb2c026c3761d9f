using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>Asks the verification service about a transaction (mlflow-events.md §13).</summary>
public interface IArioAttestationSource
{
    /// <summary>Asks for an attestation.</summary>
    /// <param name="transactionId">The transaction id as a tag has it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The answer; null where no service is configured, which reads as a client that is not enabled.</returns>
    Task<AttestationAnswer?> FindAsync(string transactionId, CancellationToken cancellationToken);
}
