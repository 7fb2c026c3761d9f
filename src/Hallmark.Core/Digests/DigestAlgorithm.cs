namespace Hallmark.Core.Digests;

/// <summary>The hash functions that Hallmark knows. The default value is none of them, so that a forgotten one is not a choice.</summary>
public enum DigestAlgorithm
{
    /// <summary>No algorithm.</summary>
    None = 0,

    /// <summary>SHA-256 (FIPS 180-4), 32 bytes.</summary>
    Sha256,

    /// <summary>SHA-384 (FIPS 180-4), 48 bytes.</summary>
    Sha384,

    /// <summary>SHA-512 (FIPS 180-4), 64 bytes.</summary>
    Sha512,

    /// <summary>SHA3-256 (FIPS 202), 32 bytes.</summary>
    Sha3,

    /// <summary>BLAKE3 in hash mode, 32 bytes.</summary>
    Blake3,
}
