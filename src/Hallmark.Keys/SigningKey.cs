using Hallmark.Core.Signatures;

namespace Hallmark.Keys;

/// <summary>A signing key together with where it came from. Safe for use by several threads; erases its secret when disposed.</summary>
public sealed class SigningKey : ISigner, IDisposable
{
    private readonly Ed25519PrivateKey _key;

    internal SigningKey(Ed25519PrivateKey key, string name, KeySource source, string? path, bool isNew = false)
    {
        _key = key;
        Name = name;
        Source = source;
        Path = path;
        IsNew = isNew;
    }

    /// <summary>Its name; <c>default</c> for the home's default pair, else as the caller named it.</summary>
    public string Name { get; }

    /// <summary>Where it came from.</summary>
    public KeySource Source { get; }

    /// <summary>The private key file, or null where it has none.</summary>
    public string? Path { get; }

    /// <summary>True where this call made the key: the moment to tell its owner to back it up.</summary>
    public bool IsNew { get; }

    /// <inheritdoc />
    public Ed25519PublicKey PublicKey => _key.PublicKey;

    /// <inheritdoc />
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => _key.Sign(message, signature);

    /// <inheritdoc />
    public void SignAll(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> signatures) => _key.SignAll(messages, signatures);

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    /// <summary>Name and public half; never the secret.</summary>
    public override string ToString() => $"signing key \"{Name}\" ({PublicKey.Hex})";
}
