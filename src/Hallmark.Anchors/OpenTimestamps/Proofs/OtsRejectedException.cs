using Hallmark.Core.Failures;

namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>The bytes are not an OpenTimestamps timestamp or proof file: the reason and the place (exit code 2).</summary>
public sealed class OtsRejectedException : BadInputException
{
    internal OtsRejectedException(OtsFault fault, int offset)
        : base($"OpenTimestamps proof refused at byte {offset}: {Describe(fault)}")
    {
        Fault = fault;
        Offset = offset;
    }

    /// <summary>Why.</summary>
    public OtsFault Fault { get; }

    /// <summary>Where: the offset, counted from 0, of the byte at which reading stopped or of the item that is refused.</summary>
    public int Offset { get; }

    private static string Describe(OtsFault fault) =>
        fault switch
        {
            OtsFault.BadMagic => "it does not begin as a proof file does",
            OtsFault.UnsupportedVersion => "only version 1 is known",
            OtsFault.UnknownFileHash => "the file's hash function is not one of sha256, sha1, ripemd160, keccak256",
            OtsFault.UnexpectedEnd => "the bytes end inside the proof",
            OtsFault.TrailingBytes => "something follows the timestamp",
            OtsFault.UnknownOperation => "an operation that is not known here",
            OtsFault.LengthOutOfBounds => "a length outside its bounds",
            OtsFault.NumberOutOfBounds => "a number above 2^53",
            OtsFault.MessageOutOfBounds => "the operation cannot be applied to its message, or gives more than 4096 bytes",
            OtsFault.BadUri => "a calendar's URI holds a character that is not allowed",
            OtsFault.PayloadLeftover => "bytes are left over in an attestation",
            OtsFault.ForkAfterFork => "two fork markers in a row",
            OtsFault.TooDeep => $"more than {Timestamp.MaxLevels} levels",
            _ => "larger than any honest proof",
        };
}
