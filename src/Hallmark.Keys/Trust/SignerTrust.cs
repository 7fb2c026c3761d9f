namespace Hallmark.Keys.Trust;

/// <summary>What can be said of whoever signed.</summary>
/// <param name="Status">Whether the key is trusted.</param>
/// <param name="Key">The list's entry, or null where there is none.</param>
/// <param name="Sentence">For reports: <c>signed by "risk-release" (b3f0…c2), trusted since 2026-01-01</c>.</param>
public sealed record SignerTrust(TrustStatus Status, TrustedKey? Key, string Sentence)
{
    /// <summary>True only where the key is listed for the time in question.</summary>
    public bool IsTrusted => Status == TrustStatus.Trusted;
}
