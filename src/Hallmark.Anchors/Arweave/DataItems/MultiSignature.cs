using Hallmark.Core.Signatures;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>
/// The signatures of <see cref="SignatureType.MultiAptos"/>: 32 places for a key in the owner and then the threshold; 32 places for a signature and then four
/// bytes that say which of them are used. Stricter than the reference library, which takes an item with no signature at all.
/// </summary>
internal static class MultiSignature
{
    private const int Places = 32;

    /// <summary>Null where enough of the owner's keys signed and nothing else is there; else what is wrong.</summary>
    public static string? FindFault(ReadOnlySpan<byte> owner, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var threshold = owner[^1];
        var used = signature[(Places * Ed25519PublicKey.SignatureSizeInBytes)..];
        var keys = new HashSet<Ed25519PublicKey>();
        for (var place = 0; place < Places; place++)
        {
            var made = signature.Slice(place * Ed25519PublicKey.SignatureSizeInBytes, Ed25519PublicKey.SignatureSizeInBytes);
            if ((used[place / 8] & (0x80 >> (place % 8))) == 0)
            {
                // What stands in an unused place would give the same contents a second id.
                if (made.ContainsAnyExcept((byte)0))
                {
                    return $"place {place} holds a signature that is marked as unused";
                }

                continue;
            }

            var key = new Ed25519PublicKey(owner.Slice(place * Ed25519PublicKey.SizeInBytes, Ed25519PublicKey.SizeInBytes));
            if (!key.Verify(message, made) || !keys.Add(key))
            {
                return $"the signature in place {place} is not that of another of the owner's keys over these contents";
            }
        }

        return threshold >= 1 && keys.Count >= threshold
            ? null
            : $"{keys.Count} valid signatures, where the owner's threshold is {threshold}";
    }
}
