using Hallmark.Core.Signatures;
using Hallmark.Core.Signatures.Secp256k1;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>Whether an item's owner signed a message, under the rules of <c>turbo-ans104.md</c> §2 for each type.</summary>
internal static class SignatureCheck
{
    private static ReadOnlySpan<byte> RsaExponent => [1, 0, 1];

    /// <summary>Null where the signature is the owner's; else why it is not.</summary>
    public static string? FindFault(SignatureType type, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        switch (type)
        {
            case SignatureType.Arweave:
                // A modulus with its top bit clear is shorter than 4096 bits, and so can be written in more than one item.
                return owner[0] >= 0x80 && IsRsaSignature(owner, message, signature)
                    ? null
                    : "the RSA signature is not the owner's over these contents";
            case SignatureType.Ed25519 or SignatureType.Solana or SignatureType.Aptos:
                return new Ed25519PublicKey(owner).Verify(SignedForm.ForEd25519(type, message), signature)
                    ? null
                    : "the Ed25519 signature is not the owner's over these contents";
            case SignatureType.Ethereum:
                return Recovers(SignedForm.PersonalMessageDigest(message), signature, out var key) && owner.SequenceEqual(key)
                    ? null
                    : "the signature does not lead to the owner's key (or its S is high, or its recovery byte not 27 or 28)";
            case SignatureType.TypedEthereum:
                Span<byte> address = stackalloc byte[EthereumAddress.SizeInBytes];
                if (!EthereumAddress.TryParse(owner, address))
                {
                    return "the owner is no Ethereum address in lower case";
                }

                return
                    Recovers(SignedForm.TypedDataDigest(message, address), signature, out var typedKey)
                    && address.SequenceEqual(EthereumAddress.Of(typedKey))
                    ? null
                    : "the signature does not lead to the owner's address (or its S is high, or its recovery byte not 27 or 28)";
            case SignatureType.MultiAptos:
                return MultiSignature.FindFault(owner, message, signature);
            default:
                return "signatures of this type are not verified";
        }
    }

    /// <summary>Whether a signature is RSASSA-PSS with SHA-256 of that modulus under the exponent 65537; the salt may have any length.</summary>
    public static bool IsRsaSignature(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        RsaPss.Verify(modulus, RsaExponent, message, signature, saltLength: null);

    private static bool Recovers(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, out byte[] key)
    {
        key = new byte[RecoverableSignature.PublicKeySizeInBytes];
        return RecoverableSignature.TryRecover(digest, signature, key);
    }
}
