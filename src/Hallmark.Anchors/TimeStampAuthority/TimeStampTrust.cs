using System.Security.Cryptography.X509Certificates;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>What a verifier of time-stamp tokens goes by. None of it is ever taken from a receipt.</summary>
public sealed record TimeStampTrust
{
    /// <summary>The roots that the signer's certificate must lead to; with none no token proves anything. The system's own roots never count.</summary>
    public X509Certificate2Collection Roots { get; init; } = [];

    /// <summary>The policy (a dotted object identifier) that tokens must name; null for any.</summary>
    public string? Policy { get; init; }

    /// <summary>The authority whose receipts count, as <see cref="TimeStampAuthorityOptions.Network"/>; null for any that leads to the roots.</summary>
    public string? Network { get; init; }

    /// <summary>How far the authority's clock and this machine's may be apart; 1 day unless set.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromDays(1);
}
