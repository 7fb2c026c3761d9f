namespace Hallmark.Core.Notes;

/// <summary>The signature types of C2SP signed-note that Hallmark verifies.</summary>
public enum NoteKeyType
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 0x01,

    /// <summary>ECDSA with SHA-256 in DER over the note's text; the key is a SubjectPublicKeyInfo.</summary>
    Ecdsa = 0x02,

    /// <summary>Ed25519 <c>cosignature/v1</c> with a time (C2SP tlog-cosignature).</summary>
    CosignatureV1 = 0x04,
}
