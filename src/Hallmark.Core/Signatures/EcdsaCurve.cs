namespace Hallmark.Core.Signatures;

/// <summary>The NIST curves whose signatures are verified (FIPS 186-5), each with the hash that goes with it unless another is named.</summary>
public enum EcdsaCurve
{
    /// <summary>P-256 (secp256r1), SHA-256.</summary>
    P256,

    /// <summary>P-384 (secp384r1), SHA-384.</summary>
    P384,

    /// <summary>P-521 (secp521r1), SHA-512.</summary>
    P521,
}
