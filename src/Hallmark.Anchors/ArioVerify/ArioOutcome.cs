namespace Hallmark.Anchors.ArioVerify;

/// <summary>What a result comes to (ario-verify-api.md §7.4).</summary>
/// <param name="Outcome"><c>verified</c>, <c>tampered</c> or <c>unavailable</c>.</param>
/// <param name="FailureReason">Why not verified; null where it is.</param>
public sealed record ArioOutcome(string Outcome, string? FailureReason)
{
    /// <summary>All is well.</summary>
    public const string Verified = "verified";

    /// <summary>The uploader's signature is wrong.</summary>
    public const string Tampered = "tampered";

    /// <summary>The service could not tell.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>True where asking again changes nothing.</summary>
    public bool IsPermanent => Outcome is Verified or Tampered;

    /// <summary>Maps a result; the first rule that fits counts.</summary>
    public static ArioOutcome Of(ArioVerifyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = result.SignatureSkipReason ?? "";
        return result switch
        {
            { Authenticity: "signature_verified", SignatureValid: true } => new(Verified, null),
            { SignatureValid: false } when Says("Transaction ID mismatch") => new(Tampered, "tx_id_mismatch"),
            { SignatureValid: false } => new(Tampered, "signature_mismatch"),
            { Existence: "not_found" } => new(Unavailable, "gateway_404"),
            _ when Says("Binary header unavailable") => new(Unavailable, "binary_header_unavailable"),
            _ when Says("too large") || Says("Maximum supported size") => new(Unavailable, "data_too_large"),
            _ when Says("Raw data unavailable") => new(Unavailable, "gateway_5xx"),
            _ when Says("No signature") || Says("Insufficient data") => new(Unavailable, "no_signature"),
            _ => new(Unavailable, "unknown"),
        };

        bool Says(string part) => text.Contains(part, StringComparison.Ordinal);
    }
}
