namespace Hallmark.Core.Envelopes;

/// <summary>What an agent event says about the content whose hash it holds (envelope family §5.3).</summary>
public enum ContentRole
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The registered asset.</summary>
    Asset,

    /// <summary>What the asset was when it was registered.</summary>
    Baseline,

    /// <summary>What was found in its place.</summary>
    Observed,
}
