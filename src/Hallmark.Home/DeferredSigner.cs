using Hallmark.Core.Signatures;

namespace Hallmark.Home;

/// <summary>A key that is made when something is signed, and not before: what is refused leaves no key behind.</summary>
internal sealed class DeferredSigner(Func<ISigner> open) : ISigner
{
    /// <inheritdoc />
    public Ed25519PublicKey PublicKey => open().PublicKey;

    /// <inheritdoc />
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => open().Sign(message, signature);

    /// <inheritdoc />
    public void SignAll(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> signatures) => open().SignAll(messages, signatures);
}
