using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>Where envelopes are found by the transaction that carried them (mlflow-events.md §8.5): a ledger, a folder, a gateway.</summary>
public interface IArioEnvelopeSource
{
    /// <summary>Finds the envelope of a transaction.</summary>
    /// <param name="transactionId">The transaction id as a tag has it; from the store, so anything at all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What the transaction holds, parsed; null where it could not be had.</returns>
    Task<JsonNode?> FindAsync(string transactionId, CancellationToken cancellationToken);
}
