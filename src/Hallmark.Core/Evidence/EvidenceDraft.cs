using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Core.Evidence;

/// <summary>An evidence bundle before it is signed (envelope family §11).</summary>
public sealed record EvidenceDraft
{
    /// <summary>The body's kind, such as <see cref="EvidenceFormat.Trace"/>.</summary>
    public required string BodyType { get; init; }

    /// <summary>Who makes it: an object with a <c>kind</c>. Context only; the key is what counts.</summary>
    public required JsonObject Issuer { get; init; }

    /// <summary>When, RFC 3339. The same draft, key and time give the same bytes.</summary>
    public required string GeneratedAt { get; init; }

    /// <summary>Where it is handed out, or null; nobody trusts it.</summary>
    public string? Gateway { get; init; }

    /// <summary>What the maker says came of it: <c>status</c>, <c>summary</c> and what else there is to show. Nobody trusts it.</summary>
    public required JsonObject Verdict { get; init; }

    /// <summary>The body: JSON in any form.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The <see cref="SealedEvidence.ChainHash"/> of the issuer's report before, or <c>GENESIS</c>.</summary>
    public string PreviousHash { get; init; } = EnvelopeDrafts.Genesis;
}
