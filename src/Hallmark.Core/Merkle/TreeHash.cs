using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Hallmark.Core.Merkle;

/// <summary>A hash in a Merkle tree: 32 bytes by value, without an allocation. The default is 32 zero bytes, which is no tree's root.</summary>
[StructLayout(LayoutKind.Sequential, Size = SizeInBytes)]
public readonly struct TreeHash : IEquatable<TreeHash>
{
    /// <summary>How long a hash is.</summary>
    public const int SizeInBytes = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException("A tree hash is 32 bytes long.", nameof(bytes));
        }

        this = MemoryMarshal.Read<TreeHash>(bytes);
    }

    /// <summary>The root of the tree without leaves: SHA-256 of nothing.</summary>
    public static TreeHash OfEmptyTree { get; } =
        new(Convert.FromHexString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));

    /// <summary>The 32 bytes, in place.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<TreeHash>(in this));

    /// <summary>The hash as 64 lower-case hex digits.</summary>
    public string Hex => Convert.ToHexStringLower(Bytes);

    /// <summary>The hash as 44 characters of standard base64 with padding, as checkpoints and proof files write it.</summary>
    public string Base64 => Convert.ToBase64String(Bytes);

    /// <summary>Byte equality.</summary>
    public static bool operator ==(TreeHash left, TreeHash right) => left.Equals(right);

    /// <summary>Byte inequality.</summary>
    public static bool operator !=(TreeHash left, TreeHash right) => !left.Equals(right);

    /// <summary>Reads 64 hex digits of either case.</summary>
    public static bool TryParseHex(string? hex, out TreeHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        if (
            hex is not { Length: 2 * SizeInBytes }
            || Convert.FromHexString(hex, bytes, out _, out _) is not System.Buffers.OperationStatus.Done
        )
        {
            return false;
        }

        hash = new TreeHash(bytes);
        return true;
    }

    /// <summary>Reads canonical base64: 44 characters with padding, no white space, unused bits zero.</summary>
    public static bool TryParseBase64(ReadOnlySpan<char> base64, out TreeHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[SizeInBytes + 1];
        if (base64.Length != 44 || !Convert.TryFromBase64Chars(base64, bytes, out var written) || written != SizeInBytes)
        {
            return false;
        }

        hash = new TreeHash(bytes[..SizeInBytes]);
        Span<char> canonical = stackalloc char[44];
        return Convert.TryToBase64Chars(bytes[..SizeInBytes], canonical, out _) && base64.SequenceEqual(canonical);
    }

    /// <inheritdoc />
    public bool Equals(TreeHash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is TreeHash other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => unchecked((int)_a);

    /// <inheritdoc />
    public override string ToString() => Hex;

    internal static Span<byte> WritableBytes(ref TreeHash hash) => MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref hash, 1));
}
