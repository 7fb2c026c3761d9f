using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.Arweave;

/// <summary>Envelopes by the id of the item that carried them (<c>mlflow-events.md</c> §8.5), but believed only where the item itself proves that it has that id.</summary>
/// <param name="gateways">Who is asked.</param>
public sealed class ArweaveEnvelopes(ArweaveGateways gateways)
{
    /// <summary>Finds the envelope of a transaction.</summary>
    /// <param name="transactionId">The id as a tag has it; from outside, so anything at all.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>What the item holds, parsed; null where no gateway had it, or what it holds is not JSON.</returns>
    public async Task<JsonNode?> FindAsync(string transactionId, CancellationToken cancellationToken)
    {
        var answer = await FindItemAsync(transactionId, cancellationToken).ConfigureAwait(false);
        return answer.Value is { } item && StrictJson.TryParse(item.Data.Span, out var envelope, out _, DuplicateNames.KeepLast)
            ? envelope
            : null;
    }

    /// <summary>Finds the whole item, with who gave it and what was wrong with the others.</summary>
    /// <inheritdoc cref="FindAsync" path="/param" />
    public Task<GatewayAnswer<DataItem>> FindItemAsync(string transactionId, CancellationToken cancellationToken) =>
        gateways.FindItemAsync(transactionId, cancellationToken);
}
