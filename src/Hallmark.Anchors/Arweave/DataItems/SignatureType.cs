namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>The kinds of signature that a data item may carry, by their numbers in the item (ANS-104; <c>turbo-ans104.md</c> §2).</summary>
public enum SignatureType
{
    /// <summary>No kind.</summary>
    None = 0,

    /// <summary>RSASSA-PSS with SHA-256 and a key of 4096 bits.</summary>
    Arweave = 1,

    /// <summary>Ed25519 over the message itself; what Solana wallets of <c>ar-io-mlflow</c> make.</summary>
    Ed25519 = 2,

    /// <summary>secp256k1 over an Ethereum personal message (EIP-191).</summary>
    Ethereum = 3,

    /// <summary>Ed25519 over the message in hex; what the Turbo SDK makes with Solana keys.</summary>
    Solana = 4,

    /// <summary>Ed25519 over an Aptos wallet's text.</summary>
    Aptos = 5,

    /// <summary>Several Ed25519 signatures with a threshold; refused unless it is asked for.</summary>
    MultiAptos = 6,

    /// <summary>secp256k1 over typed data (EIP-712).</summary>
    TypedEthereum = 7,

    /// <summary>Named by the format, verified by no known software; always refused.</summary>
    Kyve = 101,
}
