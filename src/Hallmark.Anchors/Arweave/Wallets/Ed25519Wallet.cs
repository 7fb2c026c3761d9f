using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Digests;
using Hallmark.Core.Signatures;
using SimpleBase;

namespace Hallmark.Anchors.Arweave.Wallets;

/// <summary>A wallet with an Ed25519 key: of Solana, or of Aptos.</summary>
public sealed class Ed25519Wallet : ArweaveWallet
{
    private readonly Ed25519PrivateKey _key;

    private Ed25519Wallet(Ed25519PrivateKey key, SignatureType type)
        : base(type, key.PublicKey.Bytes.ToArray()) => _key = key;

    /// <inheritdoc />
    public override string Chain => SignatureType == SignatureType.Aptos ? "aptos" : "solana";

    /// <summary>Solana: base58 of the public key. Aptos: <c>0x</c> and the SHA3-256 of the public key and a zero byte in hex.</summary>
    public override string NativeAddress =>
        SignatureType == SignatureType.Aptos
            ? "0x" + Digest.Compute(DigestAlgorithm.Sha3, [.. Owner.Span, 0]).Hex
            : Base58.Bitcoin.Encode(Owner.Span);

    /// <summary>The wallet of a seed.</summary>
    /// <param name="seed32">The seed, 32 bytes; copied.</param>
    /// <param name="type">
    /// <see cref="SignatureType.Ed25519"/>, as <c>ar-io-mlflow</c> signs with Solana keys, <see cref="SignatureType.Solana"/>, as the Turbo SDK does, or
    /// <see cref="SignatureType.Aptos"/>.
    /// </param>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is none of these.</exception>
    public static Ed25519Wallet FromSeed(ReadOnlySpan<byte> seed32, SignatureType type = SignatureType.Ed25519)
    {
        if (type is not (SignatureType.Ed25519 or SignatureType.Solana or SignatureType.Aptos))
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Not a signature type of one Ed25519 key.");
        }

        return new Ed25519Wallet(Ed25519PrivateKey.FromSeed(seed32), type);
    }

    /// <inheritdoc />
    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[Ed25519PublicKey.SignatureSizeInBytes];
        _key.Sign(SignedForm.ForEd25519(SignatureType, message), signature);
        return signature;
    }

    private protected override void Dispose(bool disposing) => _key.Dispose();
}
