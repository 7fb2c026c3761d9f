using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.ArioCommandLine;

namespace Hallmark.Home.Family;

/// <summary>Envelopes as gateways hold them. More than the original asks: an item counts only where its id and its owner's signature prove it.</summary>
/// <param name="envelopes">The gateways.</param>
internal sealed class GatewayEnvelopes(ArweaveEnvelopes envelopes) : IArioEnvelopeSource
{
    /// <inheritdoc />
    public async Task<JsonNode?> FindAsync(string transactionId, CancellationToken cancellationToken)
    {
        try
        {
            return await envelopes.FindAsync(transactionId, cancellationToken).ConfigureAwait(false);
        }
        catch (UnavailableException)
        {
            // The family's answer to a gateway that is out of reach is that the envelope could not be had.
            return null;
        }
    }
}
