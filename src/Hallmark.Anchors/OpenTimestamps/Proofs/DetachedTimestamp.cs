using System.Security.Cryptography;

namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>A proof file (<c>.ots</c>): the digest of a file, and a timestamp over it. Immutable.</summary>
/// <remarks>The format of python-opentimestamps' <c>DetachedTimestampFile</c>, version 1. Where nothing was changed, the bytes read are the bytes written.</remarks>
public sealed class DetachedTimestamp
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxFileSize = 1024 * 1024;

    /// <summary>What a proof file's name ends with: the name of the file it is about, and this.</summary>
    public const string FileExtension = ".ots";

    private const int Version = 1;

    // The bytes as they were read; null for a proof that was made or changed here.
    private readonly byte[]? _original;

    /// <param name="fileHash">The hash function that made the digest.</param>
    /// <param name="timestamp">The timestamp over the digest.</param>
    /// <exception cref="ArgumentException">That is not a hash function, or the timestamp's message is no digest of it.</exception>
    public DetachedTimestamp(TimestampOperationKind fileHash, Timestamp timestamp)
        : this(fileHash, timestamp, original: null)
    {
        var size = TimestampOperation.DigestSize(fileHash);
        if (size == 0 || timestamp.Message.Length != size)
        {
            throw new ArgumentException(
                $"A proof file holds a digest of a hash function, not {timestamp.Message.Length} bytes of {fileHash}."
            );
        }
    }

    private DetachedTimestamp(TimestampOperationKind fileHash, Timestamp timestamp, byte[]? original)
    {
        FileHash = fileHash;
        Timestamp = timestamp;
        _original = original;
    }

    /// <summary>The hash function that made the digest: one of four.</summary>
    public TimestampOperationKind FileHash { get; }

    /// <summary>The timestamp over the digest.</summary>
    public Timestamp Timestamp { get; }

    /// <summary>The file's digest, 20 or 32 bytes.</summary>
    public ReadOnlySpan<byte> Digest => Timestamp.Message;

    /// <summary>"\0OpenTimestamps\0\0Proof\0" and eight bytes that no text has.</summary>
    private static ReadOnlySpan<byte> Magic =>
        [
            0x00,
            0x4f,
            0x70,
            0x65,
            0x6e,
            0x54,
            0x69,
            0x6d,
            0x65,
            0x73,
            0x74,
            0x61,
            0x6d,
            0x70,
            0x73,
            0x00,
            0x00,
            0x50,
            0x72,
            0x6f,
            0x6f,
            0x66,
            0x00,
            0xbf,
            0x89,
            0xe2,
            0xe8,
            0x84,
            0xe8,
            0x92,
            0x94,
        ];

    /// <summary>Reads a proof file.</summary>
    /// <exception cref="OtsRejectedException">The bytes are not one, or are more than 1 MiB.</exception>
    public static DetachedTimestamp Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxFileSize)
        {
            throw new OtsRejectedException(OtsFault.TooLarge, MaxFileSize);
        }

        if (!bytes.StartsWith(Magic))
        {
            throw new OtsRejectedException(OtsFault.BadMagic, offset: 0);
        }

        var reader = new OtsReader(bytes);
        reader.ReadBytes(Magic.Length);
        var versionAt = reader.Offset;
        if (reader.ReadNumber() != Version)
        {
            throw new OtsRejectedException(OtsFault.UnsupportedVersion, versionAt);
        }

        var fileHashAt = reader.Offset;
        var fileHash = (TimestampOperationKind)reader.ReadByte();
        var size = TimestampOperation.DigestSize(fileHash);
        if (size == 0)
        {
            throw new OtsRejectedException(OtsFault.UnknownFileHash, fileHashAt);
        }

        var digest = reader.ReadBytes(size).ToArray();
        var timestamp = TimestampParser.Read(ref reader, digest);
        reader.RequireEnd(OtsFault.TrailingBytes);
        return new DetachedTimestamp(fileHash, timestamp, bytes.ToArray());
    }

    /// <summary>True where the digest is that of these bytes.</summary>
    public bool IsOf(ReadOnlySpan<byte> content) =>
        CryptographicOperations.FixedTimeEquals(TimestampOperation.Hash(FileHash, content), Digest);

    /// <summary>The same file's proof with another timestamp; this very one where the other says nothing new.</summary>
    /// <exception cref="ArgumentException">The other is over another digest.</exception>
    public DetachedTimestamp With(Timestamp timestamp) =>
        !timestamp.Message.SequenceEqual(Digest) ? throw new ArgumentException("That timestamp is over another digest.", nameof(timestamp))
        : timestamp.ToArray().AsSpan().SequenceEqual(Timestamp.ToArray()) ? this
        : new DetachedTimestamp(FileHash, timestamp);

    /// <summary>The file's bytes: those that were read, or the canonical ones of a proof that was made or changed here.</summary>
    public byte[] ToArray() => _original is null ? ToCanonicalArray() : [.. _original];

    /// <summary>The file's bytes in canonical order, whatever order was read.</summary>
    public byte[] ToCanonicalArray()
    {
        var writer = new OtsWriter();
        writer.WriteBytes(Magic);
        writer.WriteNumber(Version);
        writer.WriteByte((byte)FileHash);
        writer.WriteBytes(Digest);
        Timestamp.Write(writer);
        return writer.ToArray();
    }
}
