namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>
/// The members of a receipt that its signature does not cover: whoever passes a receipt on can change them unnoticed. For information only, never to be shown
/// as attested.
/// </summary>
/// <param name="OwnerAddress">Who is said to have signed the item, or null.</param>
/// <param name="Winc">What is said to have been charged, in winston credits as decimal digits, or null.</param>
/// <param name="DataCaches">Hosts that are said to serve the data at once.</param>
/// <param name="FastFinalityIndexes">Indexes that are said to know the item at once.</param>
public sealed record TurboReceiptClaims(
    string? OwnerAddress,
    string? Winc,
    IReadOnlyList<string> DataCaches,
    IReadOnlyList<string> FastFinalityIndexes
);
