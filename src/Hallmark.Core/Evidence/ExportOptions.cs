using Hallmark.Core.Envelopes;

namespace Hallmark.Core.Evidence;

/// <summary>What an export's maker says about it (envelope family §13).</summary>
public sealed record ExportOptions
{
    /// <summary>When it is made, RFC 3339. The same inputs, key and time give the same bytes.</summary>
    public required string GeneratedAt { get; init; }

    /// <summary>Who makes it.</summary>
    public string IssuerId { get; init; } = "hallmark";

    /// <summary>Where it is handed out, or null.</summary>
    public string? Gateway { get; init; }

    /// <summary>The <see cref="SealedEvidence.ChainHash"/> of the issuer's export before, or <c>GENESIS</c>.</summary>
    public string PreviousHash { get; init; } = EnvelopeDrafts.Genesis;
}
