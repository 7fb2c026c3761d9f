namespace Hallmark.Core.Signatures;

/// <summary>How r and s are written. The format is named, never guessed.</summary>
public enum EcdsaSignatureFormat
{
    /// <summary>An ASN.1 DER sequence of two integers (RFC 3279 §2.2.3); strict DER only.</summary>
    Der,

    /// <summary>r and s side by side, each as long as the field (IEEE P1363, JWS).</summary>
    IeeeP1363,
}
