namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>Who attests to a time.</summary>
public enum TimeAttestationKind
{
    /// <summary>A notary that is not known here: kept and written back, never believed.</summary>
    Unknown = 0,

    /// <summary>A calendar's promise to attest later; proves no time.</summary>
    Pending,

    /// <summary>The Merkle root of a Bitcoin block.</summary>
    Bitcoin,

    /// <summary>The Merkle root of a Litecoin block; not verified here.</summary>
    Litecoin,

    /// <summary>The transactions root of an Ethereum block; dubious, not in use, not verified here.</summary>
    Ethereum,
}
