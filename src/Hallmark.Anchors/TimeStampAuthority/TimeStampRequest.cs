using System.Formats.Asn1;
using System.Security.Cryptography;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>A TimeStampReq (RFC 3161 §2.4.1) over a SHA-256 digest, with a nonce and the wish for the signer's certificate.</summary>
internal static class TimeStampRequest
{
    private const int NonceSize = 8;
    private const int MaxNonceSize = 32;

    /// <summary>A request with a fresh nonce of 64 bits.</summary>
    /// <param name="digest">A SHA-256 digest.</param>
    /// <param name="policy">The policy that is wanted, a dotted object identifier; null for the authority's choice.</param>
    public static byte[] Create(Digest digest, string? policy)
    {
        // Positive, and without zeroes in front: the one form that DER has for it.
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        nonce[0] = (byte)((nonce[0] & 0x7f) | 0x40);
        return Write(digest, nonce, policy)!; // ! a nonce of that form can be written
    }

    /// <summary>The one way to write a request.</summary>
    /// <returns>Null where the nonce is none in DER's form.</returns>
    public static byte[]? Write(Digest digest, ReadOnlySpan<byte> nonce, string? policy)
    {
        if (nonce.Length is 0 or > MaxNonceSize)
        {
            return null;
        }

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("2.16.840.1.101.3.4.2.1");
                    writer.WriteNull();
                }

                writer.WriteOctetString(digest.Bytes);
            }

            if (policy is not null)
            {
                writer.WriteObjectIdentifier(policy);
            }

            try
            {
                writer.WriteInteger(nonce);
            }
            catch (ArgumentException)
            {
                return null;
            }

            writer.WriteBoolean(value: true);
        }

        return writer.Encode();
    }
}
