namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>Why a gateway's answer did not help. The default is the least that can be said.</summary>
public enum GatewayFaultKind
{
    /// <summary>No answer, or one that says nothing: down, slow, busy, broken.</summary>
    Unreachable = 0,

    /// <summary>The gateway does not know the item.</summary>
    NotFound,

    /// <summary>What it returned is not what was asked for: the signature or the hash says otherwise.</summary>
    Lie,
}
