namespace Hallmark.Anchors.ArioVerify;

/// <summary>What an answer of the service comes to. The default is the least.</summary>
public enum ArioVerifyState
{
    /// <summary>The service could not tell, or nobody says whether to believe it.</summary>
    Undetermined = 0,

    /// <summary>Not in a block yet, as far as the service knows: neither a failure nor a pass.</summary>
    Pending,

    /// <summary>Something contradicts what is expected.</summary>
    Refuted,

    /// <summary>All that a careful client checks holds.</summary>
    Witnessed,
}
