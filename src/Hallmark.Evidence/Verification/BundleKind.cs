namespace Hallmark.Evidence.Verification;

/// <summary>Which format a bundle says it has.</summary>
public enum BundleKind
{
    /// <summary>A wrapper <c>ario.evidence/v1</c> with any body but ours; also whatever names no format.</summary>
    Wrapper = 0,

    /// <summary>A wrapper with a body of ours.</summary>
    Hallmark,

    /// <summary>An inclusion bundle <c>ario.agent.proof/v1</c>.</summary>
    Inclusion,
}
