namespace Hallmark.Core.Signatures;

/// <summary>An Ed25519 public key (RFC 8032): 32 bytes. The default value is the all-zero key, which verifies nothing.</summary>
public readonly struct Ed25519PublicKey : IEquatable<Ed25519PublicKey>
{
    /// <summary>How long a public key is.</summary>
    public const int SizeInBytes = 32;

    private readonly byte[]? _bytes;

    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public Ed25519PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException("An Ed25519 public key is 32 bytes long.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes ?? new byte[SizeInBytes];

    /// <summary>The key as 64 lower-case hex digits.</summary>
    public string Hex => Convert.ToHexStringLower(Bytes);

    /// <inheritdoc />
    public bool Equals(Ed25519PublicKey other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Ed25519PublicKey other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => BitConverter.ToInt32(Bytes);

    /// <summary>Byte equality.</summary>
    public static bool operator ==(Ed25519PublicKey left, Ed25519PublicKey right) => left.Equals(right);

    /// <summary>Byte inequality.</summary>
    public static bool operator !=(Ed25519PublicKey left, Ed25519PublicKey right) => !left.Equals(right);

    /// <inheritdoc />
    public override string ToString() => Hex;
}
