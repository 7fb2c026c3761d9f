using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Wallets of the vectors' test keys, one for each kind of signature that is made.</summary>
internal static class TestWallets
{
    private static readonly JsonElement Keys = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ans104/keys.json"))).RootElement;

    internal static IReadOnlyList<SignatureType> Types =>
        [
            SignatureType.Arweave,
            SignatureType.Ed25519,
            SignatureType.Ethereum,
            SignatureType.Solana,
            SignatureType.Aptos,
            SignatureType.TypedEthereum,
        ];

    internal static JsonElement Jwk => Keys.GetProperty("rsa4096Jwk");

    internal static ArweaveWallet Of(SignatureType type) =>
        type switch
        {
            SignatureType.Arweave => RsaWallet.FromParameters(Parameters(Jwk))!,
            SignatureType.Ed25519 => Ed25519Wallet.FromSeed(Keys.GetProperty("ed25519").Hex("seedHex")),
            SignatureType.Solana => Ed25519Wallet.FromSeed(Keys.GetProperty("solana").Hex("seedHex"), type),
            SignatureType.Aptos => Ed25519Wallet.FromSeed(Keys.GetProperty("aptos").Hex("seedHex"), type),
            SignatureType.Ethereum or SignatureType.TypedEthereum => EthereumWallet.FromSecret(
                Keys.GetProperty("ethereum").Hex("privateHex"),
                type
            )!,
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };

    /// <summary>The Solana key of the vectors, which also signs as plain Ed25519.</summary>
    internal static Ed25519Wallet SolanaKey(SignatureType type) => Ed25519Wallet.FromSeed(Keys.GetProperty("solana").Hex("seedHex"), type);

    internal static RSAParameters Parameters(JsonElement jwk)
    {
        var modulus = Part(jwk, "n", 0);
        return new RSAParameters
        {
            Modulus = modulus,
            Exponent = Part(jwk, "e", 0),
            D = Part(jwk, "d", modulus.Length),
            P = Part(jwk, "p", modulus.Length / 2),
            Q = Part(jwk, "q", modulus.Length / 2),
            DP = Part(jwk, "dp", modulus.Length / 2),
            DQ = Part(jwk, "dq", modulus.Length / 2),
            InverseQ = Part(jwk, "qi", modulus.Length / 2),
        };
    }

    private static byte[] Part(JsonElement jwk, string name, int size)
    {
        var bytes = Base64Url.DecodeFromChars(jwk.Text(name));
        return [.. new byte[Math.Max(0, size - bytes.Length)], .. bytes];
    }
}
