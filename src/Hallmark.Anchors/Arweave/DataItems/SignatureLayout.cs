namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>How long the fields are that depend on the signature type.</summary>
/// <param name="SignatureSize">Bytes of the signature.</param>
/// <param name="OwnerSize">Bytes of the owner field.</param>
internal readonly record struct SignatureLayout(int SignatureSize, int OwnerSize)
{
    /// <summary>The layout of a type, or null for types that are not known or never taken.</summary>
    public static SignatureLayout? Find(SignatureType type) =>
        type switch
        {
            SignatureType.Arweave => new(512, 512),
            SignatureType.Ed25519 or SignatureType.Solana or SignatureType.Aptos => new(64, 32),
            SignatureType.Ethereum => new(65, 65),
            SignatureType.MultiAptos => new(2052, 1025),
            SignatureType.TypedEthereum => new(65, 42),
            _ => null,
        };
}
