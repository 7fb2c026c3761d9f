namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>The operations of a timestamp; each one's value is the byte it is written as.</summary>
public enum TimestampOperationKind : byte
{
    /// <summary>No operation.</summary>
    None = 0,

    /// <summary>SHA-1 of the message, 20 bytes.</summary>
    Sha1 = 0x02,

    /// <summary>RIPEMD-160 of the message, 20 bytes.</summary>
    Ripemd160 = 0x03,

    /// <summary>SHA-256 of the message, 32 bytes.</summary>
    Sha256 = 0x08,

    /// <summary>Keccak-256 with its original padding (not SHA3-256) of the message, 32 bytes.</summary>
    Keccak256 = 0x67,

    /// <summary>The message, then the argument.</summary>
    Append = 0xF0,

    /// <summary>The argument, then the message.</summary>
    Prepend = 0xF1,

    /// <summary>The message's bytes from last to first. Read, never made.</summary>
    Reverse = 0xF2,

    /// <summary>The message as lower-case hexadecimal text.</summary>
    Hexlify = 0xF3,
}
