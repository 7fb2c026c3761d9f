namespace Hallmark.Core.Evidence;

/// <summary>What the events of a completeness ticket have in common (envelope family §17).</summary>
public enum CompletenessScope
{
    /// <summary>Nothing; never the scope of a ticket.</summary>
    None = 0,

    /// <summary>The signing key, as the ledger's tag names it: <c>signing_key_tag</c>.</summary>
    SigningKeyTag,

    /// <summary>The hash of a namespace of the caller's choice: <c>opaque_scope_tag</c>.</summary>
    OpaqueScopeTag,

    /// <summary>The wallet that paid: <c>funding_owner</c>.</summary>
    FundingOwner,
}
