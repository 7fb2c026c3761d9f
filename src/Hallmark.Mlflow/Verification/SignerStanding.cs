namespace Hallmark.Mlflow.Verification;

/// <summary>What is known here of the key that signed. The default is nothing.</summary>
public enum SignerStanding
{
    /// <summary>Nobody here said who may sign.</summary>
    Unknown = 0,

    /// <summary>The key is one of those that may sign.</summary>
    Trusted,

    /// <summary>It was said who may sign, and this key is none of them.</summary>
    Refused,
}
