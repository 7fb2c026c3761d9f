using System.Security.Cryptography;

namespace Hallmark.Core.Signatures.Managed;

/// <summary>
/// Ed25519 in C#, straight from RFC 8032, for systems that have neither libsodium nor OpenSSL 3 (Windows, macOS).
/// </summary>
/// <remarks>
/// Signing neither branches nor indexes by secret values. What it does not promise: that the just-in-time compiler and the processor keep it so, that copies
/// of intermediate secrets on the stack and in registers are erased, and any resistance to power or fault analysis. Where an attacker shares the processor,
/// use a native backend or a key that lives in a token or a key service. Verifying handles public values only and takes shortcuts.
/// </remarks>
internal sealed class ManagedEd25519 : IEd25519Implementation
{
    private const int KeySparseWidth = 5;

    /// <inheritdoc />
    public string Name => "managed";

    /// <inheritdoc />
    public IEd25519SigningKey ImportSeed(ReadOnlySpan<byte> seed) => new ManagedSigningKey(seed);

    /// <inheritdoc />
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!EdwardsPoint.TryDecode(publicKey, out var key))
        {
            return false;
        }

        Span<byte> encoded = stackalloc byte[32];
        var challenge = Challenge(signature[..32], publicKey, message);
        Combine(challenge, key.Negate(), Scalar.FromBytes(signature[32..])).Encode(encoded);
        return encoded.SequenceEqual(signature[..32]);
    }

    /// <summary>k = SHA-512(R ‖ A ‖ M) modulo L.</summary>
    public static Scalar Challenge(ReadOnlySpan<byte> r, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message) =>
        Hash(r, publicKey, message);

    /// <summary>SHA-512 over three pieces, modulo L.</summary>
    public static Scalar Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(first);
        hash.AppendData(second);
        hash.AppendData(third);
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        var scalar = Scalar.Reduce(digest);
        CryptographicOperations.ZeroMemory(digest);
        return scalar;
    }

    /// <summary>k·P + s·B for public numbers, doubling once for both.</summary>
    private static EdwardsPoint Combine(in Scalar k, in EdwardsPoint point, in Scalar s)
    {
        Span<sbyte> pointDigits = stackalloc sbyte[256];
        Span<sbyte> baseDigits = stackalloc sbyte[256];
        k.ToSparseDigits(KeySparseWidth, pointDigits);
        s.ToSparseDigits(BasePointTables.SparseWidth, baseDigits);

        Span<CachedPoint> odd = stackalloc CachedPoint[1 << (KeySparseWidth - 2)];
        var twice = point.Double().ToCached();
        var multiple = point;
        for (var i = 0; i < odd.Length; i++)
        {
            odd[i] = multiple.ToCached();
            multiple = multiple.Add(twice);
        }

        var start = 255;
        while (start > 0 && (pointDigits[start] | baseDigits[start]) == 0)
        {
            start--;
        }

        var sum = EdwardsPoint.Identity;
        for (var i = start; i >= 0; i--)
        {
            int p = pointDigits[i],
                b = baseDigits[i];
            sum = sum.Double(withT: (p | b) != 0);
            if (p != 0)
            {
                sum = p > 0 ? sum.Add(odd[p >> 1], withT: b != 0) : sum.Subtract(odd[-p >> 1], withT: b != 0);
            }

            if (b != 0)
            {
                sum = b > 0 ? sum.Add(BasePointTables.Odd(b), withT: false) : sum.Subtract(BasePointTables.Odd(-b), withT: false);
            }
        }

        return sum;
    }
}
