using System.Globalization;
using System.Text;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>What each kind of key really signs for a message (<c>turbo-ans104.md</c> §2).</summary>
internal static class SignedForm
{
    private static readonly byte[] TypedDomainSeparator = Convert.FromHexString(
        "783759bfccfc9cc1047174a132a7ac3c2b38cc64a6825c3dab2cdc1d7a9894c8"
    );

    // keccak256("Bundlr(bytes Transaction hash,address address)")
    private static readonly byte[] TypedStructType = Convert.FromHexString(
        "e7b44f79dd1b5d1d629db3e022dd9c4c9f4879a786350d9c9eedaa14937e7c06"
    );

    /// <summary>What Ed25519 signs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is none of Ed25519.</exception>
    public static byte[] ForEd25519(SignatureType type, ReadOnlySpan<byte> message) =>
        type switch
        {
            SignatureType.Ed25519 or SignatureType.MultiAptos => message.ToArray(),
            SignatureType.Solana => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(message)),
            SignatureType.Aptos => Encoding.ASCII.GetBytes($"APTOS\nmessage: {Convert.ToHexStringLower(message)}\nnonce: bundlr"),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a signature type of Ed25519."),
        };

    /// <summary>The digest of an Ethereum personal message (EIP-191).</summary>
    public static byte[] PersonalMessageDigest(ReadOnlySpan<byte> message) =>
        Keccak256.HashData(
            Encoding.ASCII.GetBytes("\u0019Ethereum Signed Message:\n" + message.Length.ToString(CultureInfo.InvariantCulture)),
            message
        );

    /// <summary>The digest of typed data (EIP-712) for a message and the signer's address.</summary>
    /// <param name="message">The message.</param>
    /// <param name="address20">The signer's Ethereum address, 20 bytes.</param>
    public static byte[] TypedDataDigest(ReadOnlySpan<byte> message, ReadOnlySpan<byte> address20)
    {
        Span<byte> padded = stackalloc byte[32];
        padded.Clear();
        address20.CopyTo(padded[12..]);
        return Keccak256.HashData(
            [0x19, 0x01],
            TypedDomainSeparator,
            Keccak256.HashData(TypedStructType, Keccak256.HashData(message), padded)
        );
    }
}
