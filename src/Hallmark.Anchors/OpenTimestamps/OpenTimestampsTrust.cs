using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Verification;

namespace Hallmark.Anchors.OpenTimestamps;

/// <summary>Which chain a verifier means, and whom it believes about that chain. Nothing of it comes from a receipt.</summary>
public sealed record OpenTimestampsTrust
{
    /// <summary>The chain; mainnet unless set.</summary>
    public BitcoinNetwork Network { get; init; } = BitcoinNetwork.Mainnet;

    /// <summary>Headers of one's own, for verifying without a connection; or null.</summary>
    public HeaderFile? HeaderFile { get; init; }

    /// <summary>A node or an explorer, for verifying live; or null.</summary>
    public IBlockHeaderSource? Live { get; init; }

    /// <summary>How many blocks must stand on an attesting one, itself included; 1 to 1000, 6 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int RequiredDepth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1000);
            field = value;
        }
    } = TimestampVerifier.DefaultDepth;

    /// <summary>
    /// True to believe the headers in a receipt where nobody else has one. Weak: that a header has its work does not say that it is part of the chain, and its time is its
    /// maker's. False unless set.
    /// </summary>
    public bool AllowUncheckedHeaders { get; init; }
}
