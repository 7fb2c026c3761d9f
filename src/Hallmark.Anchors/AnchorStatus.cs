namespace Hallmark.Anchors;

/// <summary>How an anchor does, as it says itself.</summary>
/// <param name="IsReachable">Whether it would take a submission now.</param>
/// <param name="Detail">In words for a person.</param>
/// <param name="Address">The account that pays there, or null where nobody pays.</param>
/// <param name="Balance">What that account holds, with its unit, or null where that is not known.</param>
public sealed record AnchorStatus(bool IsReachable, string Detail, string? Address = null, string? Balance = null);
