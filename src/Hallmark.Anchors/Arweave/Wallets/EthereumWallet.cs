using System.Text;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Signatures.Secp256k1;

namespace Hallmark.Anchors.Arweave.Wallets;

/// <summary>A wallet with an Ethereum key. The same contents always get the same signature (RFC 6979), and so the same id.</summary>
public sealed class EthereumWallet : ArweaveWallet
{
    private readonly Secp256k1PrivateKey _key;
    private readonly byte[] _address;

    private EthereumWallet(Secp256k1PrivateKey key, SignatureType type, byte[] address)
        : base(type, type == SignatureType.Ethereum ? key.PublicKey.ToArray() : Encoding.ASCII.GetBytes(EthereumAddress.ToText(address)))
    {
        _key = key;
        _address = address;
    }

    /// <inheritdoc />
    public override string Chain => "ethereum";

    /// <summary><c>0x</c> and 40 hex digits, in lower case.</summary>
    public override string NativeAddress => EthereumAddress.ToText(_address);

    /// <summary>The wallet of a private key.</summary>
    /// <param name="secret32">The key as a big-endian number, 32 bytes; copied.</param>
    /// <param name="type"><see cref="SignatureType.Ethereum"/>, or <see cref="SignatureType.TypedEthereum"/>.</param>
    /// <returns>Null where the number is no key: zero, or not below the group's order.</returns>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is none of these.</exception>
    public static EthereumWallet? FromSecret(ReadOnlySpan<byte> secret32, SignatureType type = SignatureType.Ethereum)
    {
        if (type is not (SignatureType.Ethereum or SignatureType.TypedEthereum))
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Not a signature type of Ethereum keys.");
        }

        return Secp256k1PrivateKey.TryImport(secret32) is { } key ? new EthereumWallet(key, type, EthereumAddress.Of(key.PublicKey)) : null;
    }

    /// <inheritdoc />
    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[RecoverableSignature.SizeInBytes];
        _key.Sign(
            SignatureType == SignatureType.Ethereum
                ? SignedForm.PersonalMessageDigest(message)
                : SignedForm.TypedDataDigest(message, _address),
            signature
        );
        return signature;
    }

    private protected override void Dispose(bool disposing) => _key.Dispose();
}
