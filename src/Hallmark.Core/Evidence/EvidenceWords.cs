namespace Hallmark.Core.Evidence;

/// <summary>The words that the family's results use.</summary>
internal static class EvidenceWords
{
    internal static string Of(EvidenceStatus status) =>
        status switch
        {
            EvidenceStatus.Verified => "verified",
            EvidenceStatus.Partial => "partial",
            EvidenceStatus.Failed => "failed",
            _ => "malformed",
        };

    internal static string Of(GatewayOutcome outcome) =>
        outcome switch
        {
            GatewayOutcome.Confirm => "confirm",
            GatewayOutcome.Mismatch => "mismatch",
            _ => "unreachable",
        };
}
