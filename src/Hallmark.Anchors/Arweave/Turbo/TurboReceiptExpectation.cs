namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>What a receipt is held against besides its item. What is not given is not checked, and the check says so.</summary>
public sealed record TurboReceiptExpectation
{
    /// <summary>
    /// The addresses of bundlers that are trusted, pinned in the settings or told by <c>/v1/info</c> over TLS. With none, nobody knows whose key signed.
    /// </summary>
    public IReadOnlyCollection<string> BundlerAddresses { get; init; } = [];

    /// <summary>The earliest time that is plausible: when the upload began, less what clocks may differ.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The latest time that is plausible: when the receipt arrived, and what clocks may differ.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Arweave's height when the receipt arrived; the deadline must be above it.</summary>
    public long? Height { get; init; }
}
