using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>Puts an item together from what an index and a payload say, in each way that the lengths allow.</summary>
internal static class ItemAssembly
{
    /// <summary>The item of that id, verified; null where what the gateway returned is not it.</summary>
    /// <param name="id">The id that was asked for.</param>
    /// <param name="transaction">What the index says.</param>
    /// <param name="data">The payload.</param>
    public static DataItem? FindVerified(string id, GatewayTransaction transaction, byte[] data)
    {
        if (ArweaveId.Of(transaction.Signature) != id)
        {
            return null;
        }

        foreach (var type in TypesOf(transaction))
        {
            try
            {
                var item = DataItem.Assemble(
                    type,
                    transaction.Signature,
                    transaction.Owner,
                    transaction.Tags,
                    data,
                    transaction.Anchor,
                    transaction.Target
                );
                if (item.Verify(id).IsVerified)
                {
                    return item;
                }
            }
            catch (Exception fault) when (fault is DataItemException or ArgumentException)
            {
                // A part has a length that no item has: not this kind, and at the end no item at all.
            }
        }

        return null;
    }

    // An index does not tell the kind of signature: the lengths leave a few.
    private static SignatureType[] TypesOf(GatewayTransaction transaction) =>
        (transaction.Signature.Length, transaction.Owner.Length) switch
        {
            (512, 512) => [SignatureType.Arweave],
            (64, 32) => [SignatureType.Ed25519, SignatureType.Solana, SignatureType.Aptos],
            (65, 65) => [SignatureType.Ethereum],
            (65, 42) => [SignatureType.TypedEthereum],
            _ => [],
        };
}
