namespace Hallmark.Core.Digests;

/// <summary>
/// Keccak-256 with the padding of the original submission (first padding bit 1), as Ethereum hashes. It is not SHA3-256 of FIPS 202, which pads otherwise and
/// gives other digests.
/// </summary>
public static class Keccak256
{
    /// <summary>The digest's size in bytes.</summary>
    public const int SizeInBytes = 32;

    /// <summary>The digest of the concatenation of up to three pieces.</summary>
    /// <returns>32 bytes.</returns>
    public static byte[] HashData(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default)
    {
        var keccak = new Keccak(0x01);
        keccak.Append(first);
        keccak.Append(second);
        keccak.Append(third);
        var digest = new byte[SizeInBytes];
        keccak.Finish(digest);
        return digest;
    }
}
