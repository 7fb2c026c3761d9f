namespace Hallmark.Core.Signatures;

/// <summary>What a signature check says where a broken input is told apart from a wrong signature. The default is never a pass.</summary>
public enum SignatureOutcome
{
    /// <summary>Well-formed, but not this key's signature over these bytes.</summary>
    Invalid,

    /// <summary>Key or signature is not what its format says; nothing was checked.</summary>
    Malformed,

    /// <summary>This key signed these bytes.</summary>
    Valid,
}
