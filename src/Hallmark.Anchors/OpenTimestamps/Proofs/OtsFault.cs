namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>Why the bytes of a timestamp or of a proof file were refused.</summary>
public enum OtsFault
{
    /// <summary>No fault; never the fault of an exception.</summary>
    None = 0,

    /// <summary>The file does not begin with the 31 bytes of a proof.</summary>
    BadMagic,

    /// <summary>A version other than 1.</summary>
    UnsupportedVersion,

    /// <summary>The file's hash function is none of sha256, sha1, ripemd160 and keccak256.</summary>
    UnknownFileHash,

    /// <summary>The bytes end inside a timestamp.</summary>
    UnexpectedEnd,

    /// <summary>Something follows the timestamp.</summary>
    TrailingBytes,

    /// <summary>An operation that is not known here; its length is unknown too, so that nothing after it can be read.</summary>
    UnknownOperation,

    /// <summary>A length outside what is allowed where it stands.</summary>
    LengthOutOfBounds,

    /// <summary>A number above 2^53, or written in more than 9 bytes.</summary>
    NumberOutOfBounds,

    /// <summary>The operation cannot be applied to the message, or its result is longer than 4096 bytes.</summary>
    MessageOutOfBounds,

    /// <summary>A calendar's URI with a character outside <c>A-Z a-z 0-9 - . _ / :</c>.</summary>
    BadUri,

    /// <summary>Bytes are left over in the payload of a known attestation.</summary>
    PayloadLeftover,

    /// <summary>A fork marker stands directly after a fork marker.</summary>
    ForkAfterFork,

    /// <summary>More than 256 levels.</summary>
    TooDeep,

    /// <summary>More bytes, or more bytes of recomputed messages, than any honest proof has.</summary>
    TooLarge,
}
