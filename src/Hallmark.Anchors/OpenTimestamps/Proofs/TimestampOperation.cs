using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Keccak256Hash = Hallmark.Core.Digests.Keccak256;
using Ripemd160Hash = Hallmark.Core.Digests.Ripemd160;

namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>One step from a message to the next. Immutable; two are equal when kind and argument are.</summary>
public sealed class TimestampOperation : IEquatable<TimestampOperation>
{
    /// <summary>The longest message, result and argument, in bytes.</summary>
    public const int MaxMessageLength = 4096;

    private readonly byte[] _argument;

    private TimestampOperation(TimestampOperationKind kind, byte[] argument)
    {
        Kind = kind;
        _argument = argument;
    }

    /// <summary>SHA-256 of the message.</summary>
    public static TimestampOperation Sha256 { get; } = new(TimestampOperationKind.Sha256, []);

    /// <summary>What it does.</summary>
    public TimestampOperationKind Kind { get; }

    /// <summary>What is appended or prepended, 1 to 4096 bytes; empty for all others.</summary>
    public ReadOnlySpan<byte> Argument => _argument;

    /// <summary>Appends 1 to 4096 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The argument is empty or longer.</exception>
    public static TimestampOperation Append(ReadOnlySpan<byte> argument) => WithArgument(TimestampOperationKind.Append, argument);

    /// <summary>Prepends 1 to 4096 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The argument is empty or longer.</exception>
    public static TimestampOperation Prepend(ReadOnlySpan<byte> argument) => WithArgument(TimestampOperationKind.Prepend, argument);

    /// <summary>An operation that takes no argument.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is unknown, or takes one.</exception>
    public static TimestampOperation WithoutArgument(TimestampOperationKind kind) =>
        IsKnown(kind) && !TakesArgument(kind)
            ? new TimestampOperation(kind, [])
            : throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an operation without an argument.");

    /// <summary>The size of the kind's digest in bytes, or 0 where the kind is not a hash function.</summary>
    public static int DigestSize(TimestampOperationKind kind) =>
        kind switch
        {
            TimestampOperationKind.Sha256 or TimestampOperationKind.Keccak256 => 32,
            TimestampOperationKind.Sha1 or TimestampOperationKind.Ripemd160 => 20,
            _ => 0,
        };

    /// <summary>Hashes bytes of any length with one of the four hash functions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is not a hash function.</exception>
    [SuppressMessage("Security", "CA5350", Justification = "Proofs over SHA-1 digests exist, and reading them does not make new ones.")]
    public static byte[] Hash(TimestampOperationKind kind, ReadOnlySpan<byte> content) =>
        kind switch
        {
            TimestampOperationKind.Sha256 => SHA256.HashData(content),
            TimestampOperationKind.Sha1 => SHA1.HashData(content),
            TimestampOperationKind.Ripemd160 => Ripemd160Hash.HashData(content),
            TimestampOperationKind.Keccak256 => Keccak256Hash.HashData(content),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a hash function."),
        };

    /// <summary>Applies the operation.</summary>
    /// <param name="message">0 to 4096 bytes.</param>
    /// <param name="result">1 to 4096 bytes, or null on a false result.</param>
    /// <returns>False where the message is too long, is empty and must not be, or the result would be longer than 4096 bytes.</returns>
    public bool TryApply(ReadOnlySpan<byte> message, [NotNullWhen(true)] out byte[]? result)
    {
        result = null;
        if (ResultLength(message.Length) is < 1 or > MaxMessageLength || message.Length > MaxMessageLength)
        {
            return false;
        }

        switch (Kind)
        {
            case TimestampOperationKind.Append:
                result = [.. message, .. _argument];
                break;
            case TimestampOperationKind.Prepend:
                result = [.. _argument, .. message];
                break;
            case TimestampOperationKind.Reverse:
                result = message.ToArray();
                Array.Reverse(result);
                break;
            case TimestampOperationKind.Hexlify:
                result = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(message));
                break;
            default:
                result = Hash(Kind, message);
                break;
        }

        return true;
    }

    /// <inheritdoc />
    public bool Equals(TimestampOperation? other) => other is not null && Kind == other.Kind && Argument.SequenceEqual(other.Argument);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TimestampOperation);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.AddBytes(_argument);
        return hash.ToHashCode();
    }

    /// <summary>Such as <c>sha256</c> or <c>append 0102</c>.</summary>
    public override string ToString()
    {
        var name = Kind.ToString().ToLowerInvariant();
        return _argument.Length == 0 ? name : $"{name} {Convert.ToHexStringLower(_argument)}";
    }

    internal static bool IsKnown(TimestampOperationKind kind) => kind is not TimestampOperationKind.None && Enum.IsDefined(kind);

    internal static bool TakesArgument(TimestampOperationKind kind) =>
        kind is TimestampOperationKind.Append or TimestampOperationKind.Prepend;

    internal static TimestampOperation WithArgument(TimestampOperationKind kind, ReadOnlySpan<byte> argument)
    {
        ArgumentOutOfRangeException.ThrowIfZero(argument.Length, nameof(argument));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(argument.Length, MaxMessageLength, nameof(argument));
        return new TimestampOperation(kind, argument.ToArray());
    }

    /// <summary>The canonical order: by the byte of the operation, then by argument.</summary>
    internal static int Compare(TimestampOperation left, TimestampOperation right) =>
        left.Kind != right.Kind ? left.Kind.CompareTo(right.Kind) : left.Argument.SequenceCompareTo(right.Argument);

    private int ResultLength(int messageLength) =>
        Kind switch
        {
            TimestampOperationKind.Append or TimestampOperationKind.Prepend => messageLength + _argument.Length,
            TimestampOperationKind.Reverse => messageLength,
            TimestampOperationKind.Hexlify => messageLength * 2,
            _ => DigestSize(Kind),
        };
}
