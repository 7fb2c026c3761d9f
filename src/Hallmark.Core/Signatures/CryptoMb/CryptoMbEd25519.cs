namespace Hallmark.Core.Signatures.CryptoMb;

/// <summary>Ed25519 that makes many signatures at once by <see cref="CryptoMbLibrary"/>, and all else by another implementation.</summary>
/// <param name="library">Makes several signatures.</param>
/// <param name="single">Makes one, and verifies.</param>
internal sealed class CryptoMbEd25519(CryptoMbLibrary library, IEd25519Implementation single) : IEd25519Implementation
{
    /// <inheritdoc />
    public string Name => "crypto-mb";

    /// <inheritdoc />
    public IEd25519SigningKey ImportSeed(ReadOnlySpan<byte> seed) => new CryptoMbSigningKey(library, single.ImportSeed(seed), seed);

    /// <inheritdoc />
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        single.Verify(publicKey, message, signature);
}
