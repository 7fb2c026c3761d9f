namespace Hallmark.Core.Envelopes;

/// <summary>Why an envelope was not sealed.</summary>
public enum SealRefusal
{
    /// <summary>No refusal; never that of an exception.</summary>
    None = 0,

    /// <summary>It has a signature already.</summary>
    AlreadySigned,

    /// <summary>Its payload hash is not that of its inline payload, or not 64 lower-case hex digits.</summary>
    PayloadHashMismatch,

    /// <summary>It holds neither a payload nor a payload hash.</summary>
    NothingCommitted,

    /// <summary>It names another public key than the signer's.</summary>
    OtherPublicKey,

    /// <summary>Its profile is none that a verifier accepts, or it names none.</summary>
    UnsupportedSpecVersion,

    /// <summary>It has no canonical form.</summary>
    NotCanonical,
}
