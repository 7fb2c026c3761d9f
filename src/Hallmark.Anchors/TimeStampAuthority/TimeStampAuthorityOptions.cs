using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>A time-stamp authority's settings.</summary>
public sealed record TimeStampAuthorityOptions
{
    /// <summary>The anchor's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where requests are posted (RFC 3161 §3.4), without user name and password.</summary>
    public required Uri Address { get; init; }

    /// <summary>What it takes; checkpoints unless set.</summary>
    public AnchorTarget Target { get; init; } = AnchorTarget.Checkpoint;

    /// <summary>Which root and policy its tokens must have. Without a root a token is kept, and nobody can say yet whose it is.</summary>
    public TimeStampTrust Trust { get; init; } = new();

    /// <summary>For one exchange; 1 second to 5 minutes, 30 seconds unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(5));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>How receipts name the authority: its host, and its port where that is not the usual one.</summary>
    public string Network => Address.Authority;
}
