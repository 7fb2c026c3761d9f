namespace Hallmark.Core.Digests;

/// <summary>Names and sizes of the algorithms. The names are those of the prefix in <c>sha256:…</c>.</summary>
public static class DigestAlgorithms
{
    /// <summary>The longest digest of any algorithm, in bytes (SHA-512).</summary>
    public const int MaxSizeInBytes = 64;

    /// <summary>The algorithm's name as it is written: <c>sha256</c>, <c>sha384</c>, <c>sha512</c>, <c>sha3-256</c>, <c>blake3</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is none of the known ones.</exception>
    public static string GetName(DigestAlgorithm algorithm) =>
        algorithm switch
        {
            DigestAlgorithm.Sha256 => "sha256",
            DigestAlgorithm.Sha384 => "sha384",
            DigestAlgorithm.Sha512 => "sha512",
            DigestAlgorithm.Sha3 => "sha3-256",
            DigestAlgorithm.Blake3 => "blake3",
            _ => throw Unknown(algorithm),
        };

    /// <summary>The size of the algorithm's digest in bytes: 32, 48 or 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is none of the known ones.</exception>
    public static int GetSizeInBytes(DigestAlgorithm algorithm) =>
        algorithm switch
        {
            DigestAlgorithm.Sha256 or DigestAlgorithm.Sha3 or DigestAlgorithm.Blake3 => 32,
            DigestAlgorithm.Sha384 => 48,
            DigestAlgorithm.Sha512 => 64,
            _ => throw Unknown(algorithm),
        };

    /// <summary>Finds the algorithm of that name; names are lower-case and exact.</summary>
    /// <returns>False, and <see cref="DigestAlgorithm.None"/>, where no algorithm is called so.</returns>
    public static bool TryParseName(ReadOnlySpan<char> name, out DigestAlgorithm algorithm)
    {
        algorithm = name switch
        {
            "sha256" => DigestAlgorithm.Sha256,
            "sha384" => DigestAlgorithm.Sha384,
            "sha512" => DigestAlgorithm.Sha512,
            "sha3-256" => DigestAlgorithm.Sha3,
            "blake3" => DigestAlgorithm.Blake3,
            _ => DigestAlgorithm.None,
        };
        return algorithm is not DigestAlgorithm.None;
    }

    private static ArgumentOutOfRangeException Unknown(DigestAlgorithm algorithm) =>
        new(nameof(algorithm), algorithm, "Not one of the hash functions that Hallmark knows.");
}
