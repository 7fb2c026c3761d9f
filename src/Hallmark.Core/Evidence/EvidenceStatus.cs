namespace Hallmark.Core.Evidence;

/// <summary>What came of an evidence bundle (envelope family §11, §12.4, §13). The default is not a pass.</summary>
public enum EvidenceStatus
{
    /// <summary>Not what its format says; nothing can be said about its claims.</summary>
    Malformed = 0,

    /// <summary>A signature, hash, proof or attestation does not hold.</summary>
    Failed,

    /// <summary>What could be looked at holds, but something was withheld, is of an unknown kind, or was out of reach.</summary>
    Partial,

    /// <summary>All of it holds.</summary>
    Verified,
}
