using System.Buffers;
using System.Text;

namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>A statement about when a message existed, at the end of a path of operations. Immutable; two are equal when they are written with the same bytes.</summary>
public sealed class TimeAttestation : IEquatable<TimeAttestation>
{
    /// <summary>The size of the tag that says who attests, in bytes.</summary>
    public const int TagSize = 8;

    /// <summary>The longest payload, in bytes.</summary>
    public const int MaxPayloadLength = 8192;

    /// <summary>The longest URI of a calendar, in bytes.</summary>
    public const int MaxUriLength = 1000;

    /// <summary>No query, no fragment, no user name, no percent sign: a proof must not make its reader send what an attacker wrote.</summary>
    private static readonly SearchValues<byte> UriBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:"u8
    );

    private readonly byte[] _tag;
    private readonly byte[] _payload;

    private TimeAttestation(TimeAttestationKind kind, ReadOnlySpan<byte> tag, byte[] payload)
    {
        Kind = kind;
        _tag = tag.ToArray();
        _payload = payload;
    }

    /// <summary>Who attests.</summary>
    public TimeAttestationKind Kind { get; }

    /// <summary>The 8 bytes that name the notary.</summary>
    public ReadOnlySpan<byte> Tag => _tag;

    /// <summary>The statement, 0 to 8192 bytes; numbers and lengths in it are in their shortest form where the notary is known.</summary>
    public ReadOnlySpan<byte> Payload => _payload;

    /// <summary>The calendar to ask later, for <see cref="TimeAttestationKind.Pending"/>; else null. Characters are checked, the host is not.</summary>
    public string? Uri { get; private init; }

    /// <summary>The block's height, 0 to 2^53, where a block chain attests; else null.</summary>
    public long? Height { get; private init; }

    private static ReadOnlySpan<byte> PendingTag => [0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];

    private static ReadOnlySpan<byte> BitcoinTag => [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01];

    private static ReadOnlySpan<byte> LitecoinTag => [0x06, 0x86, 0x9a, 0x0d, 0x73, 0xd7, 0x1b, 0x45];

    private static ReadOnlySpan<byte> EthereumTag => [0x30, 0xfe, 0x80, 0x87, 0xb5, 0xc7, 0xea, 0xd7];

    /// <summary>A calendar's promise.</summary>
    /// <exception cref="ArgumentException">The URI is longer than 1000 bytes or holds a character that is not allowed.</exception>
    public static TimeAttestation Pending(string uri)
    {
        var bytes = Encoding.UTF8.GetBytes(uri);
        return IsUri(bytes)
            ? Pending(bytes)
            : throw new ArgumentException("A calendar's URI has at most 1000 of the characters A-Z a-z 0-9 - . _ / :", nameof(uri));
    }

    /// <summary>The Merkle root of the Bitcoin block at that height.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The height is negative or above 2^53.</exception>
    public static TimeAttestation Bitcoin(long height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, OtsReader.MaxNumber);
        return Block(TimeAttestationKind.Bitcoin, BitcoinTag, height);
    }

    /// <inheritdoc />
    public bool Equals(TimeAttestation? other) => other is not null && Tag.SequenceEqual(other.Tag) && Payload.SequenceEqual(other.Payload);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TimeAttestation);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_tag);
        hash.AddBytes(_payload);
        return hash.ToHashCode();
    }

    /// <summary>Such as <c>pending https://alice.btc.calendar.opentimestamps.org</c> or <c>bitcoin 358391</c>.</summary>
    public override string ToString() =>
        Kind switch
        {
            TimeAttestationKind.Pending => $"pending {Uri}",
            TimeAttestationKind.Unknown => $"unknown {Convert.ToHexStringLower(_tag)} {Convert.ToHexStringLower(_payload)}",
            _ => FormattableString.Invariant($"{Kind.ToString().ToLowerInvariant()} {Height}"),
        };

    /// <summary>Reads tag and payload.</summary>
    /// <exception cref="OtsRejectedException">They are not an attestation.</exception>
    internal static TimeAttestation Read(ref OtsReader reader)
    {
        var tag = reader.ReadBytes(TagSize);
        var payload = reader.ReadNested(MaxPayloadLength);
        if (tag.SequenceEqual(PendingTag))
        {
            return ReadPending(ref payload);
        }

        return tag.SequenceEqual(BitcoinTag) ? ReadBlock(ref payload, TimeAttestationKind.Bitcoin, tag)
            : tag.SequenceEqual(LitecoinTag) ? ReadBlock(ref payload, TimeAttestationKind.Litecoin, tag)
            : tag.SequenceEqual(EthereumTag) ? ReadBlock(ref payload, TimeAttestationKind.Ethereum, tag)
            : new TimeAttestation(TimeAttestationKind.Unknown, tag, payload.ReadRest().ToArray());
    }

    internal void Write(OtsWriter writer)
    {
        writer.WriteBytes(_tag);
        writer.WriteVarBytes(_payload);
    }

    /// <summary>The canonical order: by tag, then by URI text, height or payload.</summary>
    internal static int Compare(TimeAttestation left, TimeAttestation right)
    {
        var byTag = left.Tag.SequenceCompareTo(right.Tag);
        return byTag != 0 ? byTag
            : left.Uri is { } uri ? string.CompareOrdinal(uri, right.Uri)
            : left.Height is { } height ? height.CompareTo(right.Height)
            : left.Payload.SequenceCompareTo(right.Payload);
    }

    private static TimeAttestation ReadPending(ref OtsReader payload)
    {
        var start = payload.Offset;
        var uri = payload.ReadVarBytes(minLength: 0, MaxUriLength);
        if (!IsUri(uri))
        {
            throw new OtsRejectedException(OtsFault.BadUri, start);
        }

        payload.RequireEnd(OtsFault.PayloadLeftover);
        return Pending(uri);
    }

    private static TimeAttestation ReadBlock(ref OtsReader payload, TimeAttestationKind kind, ReadOnlySpan<byte> tag)
    {
        var height = payload.ReadNumber();
        payload.RequireEnd(OtsFault.PayloadLeftover);
        return Block(kind, tag, height);
    }

    private static TimeAttestation Pending(ReadOnlySpan<byte> uri)
    {
        var payload = new OtsWriter();
        payload.WriteVarBytes(uri);
        return new TimeAttestation(TimeAttestationKind.Pending, PendingTag, payload.ToArray()) { Uri = Encoding.ASCII.GetString(uri) };
    }

    private static TimeAttestation Block(TimeAttestationKind kind, ReadOnlySpan<byte> tag, long height)
    {
        var payload = new OtsWriter();
        payload.WriteNumber(height);
        return new TimeAttestation(kind, tag, payload.ToArray()) { Height = height };
    }

    private static bool IsUri(ReadOnlySpan<byte> uri) => uri.Length <= MaxUriLength && !uri.ContainsAnyExcept(UriBytes);
}
