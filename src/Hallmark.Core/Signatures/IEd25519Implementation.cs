namespace Hallmark.Core.Signatures;

/// <summary>One piece of code that does Ed25519. Callers stand behind <see cref="Ed25519Strictness"/> and check lengths.</summary>
internal interface IEd25519Implementation
{
    /// <summary>The name by which it is chosen: lower case.</summary>
    string Name { get; }

    /// <summary>Takes in a private key.</summary>
    /// <param name="seed">The seed, 32 bytes; copied.</param>
    IEd25519SigningKey ImportSeed(ReadOnlySpan<byte> seed);

    /// <summary>Whether the encoding of S·B − k·A is R; false too where A is no point. Thread-safe, never throws.</summary>
    /// <param name="publicKey">A, 32 bytes.</param>
    /// <param name="message">The message, whole.</param>
    /// <param name="signature">R and S, 64 bytes.</param>
    bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}
