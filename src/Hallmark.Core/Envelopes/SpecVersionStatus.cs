namespace Hallmark.Core.Envelopes;

/// <summary>What an envelope's <c>spec_version</c> says about it (envelope family §5.4).</summary>
public enum SpecVersionStatus
{
    /// <summary>An unknown or malformed profile, or not an envelope at all.</summary>
    Unsupported = 0,

    /// <summary>None, or null: an envelope from before profiles existed.</summary>
    Legacy,

    /// <summary>A profile of <see cref="SpecVersion.Accepted"/>.</summary>
    Supported,
}
