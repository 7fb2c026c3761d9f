namespace Hallmark.Anchors.OpenTimestamps.Verification;

/// <summary>What came of one attestation. The default proves nothing.</summary>
public enum AttestationOutcome
{
    /// <summary>No header of that block was to be had, so that nothing can be said.</summary>
    NotChecked = 0,

    /// <summary>A calendar's promise: submitted, not attested.</summary>
    Pending,

    /// <summary>A notary that is not known or not verified here; ignored.</summary>
    Ignored,

    /// <summary>The block at that height has another Merkle root: the attestation is wrong.</summary>
    Contradicted,

    /// <summary>The root is the block's, but too few blocks stand on it yet.</summary>
    Shallow,

    /// <summary>The root is the block's, and the block is deep enough.</summary>
    Verified,
}
