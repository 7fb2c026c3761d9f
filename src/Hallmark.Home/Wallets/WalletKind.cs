namespace Hallmark.Home.Wallets;

/// <summary>The kinds of wallet that can be made.</summary>
public enum WalletKind
{
    /// <summary>Ed25519, as Solana's <c>id.json</c>.</summary>
    Solana = 0,

    /// <summary>RSA of 4096 bits, as a JWK.</summary>
    Arweave,

    /// <summary>secp256k1, as <c>"0x…"</c>.</summary>
    Ethereum,
}
