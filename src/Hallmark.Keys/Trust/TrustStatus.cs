namespace Hallmark.Keys.Trust;

/// <summary>What the list of trusted keys says of a signer. The default is not trusted.</summary>
public enum TrustStatus
{
    /// <summary>Nobody here vouches for the key.</summary>
    Unknown,

    /// <summary>The key is listed, but for a later time than the signature claims, or for a time on and the signature claims none.</summary>
    NotYet,

    /// <summary>The key was retired before the time the signature claims, or it was retired and the signature claims no time.</summary>
    Retired,

    /// <summary>The key is listed for the time the signature claims.</summary>
    Trusted,
}
