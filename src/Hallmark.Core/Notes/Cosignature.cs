using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Hallmark.Core.Notes;

/// <summary>A witness's <c>cosignature/v1</c> on a checkpoint (C2SP tlog-cosignature): at this time the witness saw nothing that contradicts it.</summary>
/// <param name="UnixSeconds">When, in seconds since 1970; 1 to 2^63 − 1.</param>
/// <param name="Signature">Ed25519, 64 bytes.</param>
public sealed record Cosignature(long UnixSeconds, ImmutableArray<byte> Signature)
{
    private const int SizeInBytes = 8 + 64;

    /// <summary>Reads the bytes of a signature line of type <see cref="NoteKeyType.CosignatureV1"/>; false for another length or a time of zero or above 2^63 − 1.</summary>
    public static bool TryRead(NoteSignature line, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Cosignature? cosignature)
    {
        cosignature = null;
        if (line.Bytes.Length != SizeInBytes || BinaryPrimitives.ReadInt64BigEndian(line.Bytes.AsSpan()) is var time && time <= 0)
        {
            return false;
        }

        cosignature = new Cosignature(time, line.Bytes[8..]);
        return true;
    }

    /// <summary>What is signed: a header with the time, then the checkpoint's text unchanged. It does not name the witness: one key, one name.</summary>
    /// <param name="unixSeconds">The time.</param>
    /// <param name="noteText">The checkpoint's text with its final line feed, without signature lines.</param>
    public static byte[] SignedBytes(long unixSeconds, ReadOnlySpan<byte> noteText) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {unixSeconds}\n")), .. noteText];

    /// <summary>The bytes of a signature line: the time, then the signature.</summary>
    public ImmutableArray<byte> ToBytes()
    {
        var bytes = new byte[SizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, UnixSeconds);
        Signature.CopyTo(bytes, 8);
        return [.. bytes];
    }
}
