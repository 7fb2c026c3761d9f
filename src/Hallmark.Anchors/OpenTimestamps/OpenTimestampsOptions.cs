using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Verification;
using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.OpenTimestamps;

/// <summary>An OpenTimestamps anchor's settings.</summary>
public sealed record OpenTimestampsOptions
{
    /// <summary>The anchor's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it takes; checkpoints unless set.</summary>
    public AnchorTarget Target { get; init; } = AnchorTarget.Checkpoint;

    /// <summary>The chain that the calendars write to; mainnet unless set.</summary>
    public BitcoinNetwork Network { get; init; } = BitcoinNetwork.Mainnet;

    /// <summary>Who knows that chain; null where nobody is set up, so that a calendar's word for a block is kept, unchecked, and said to be so.</summary>
    public IBlockHeaderSource? Headers { get; init; }

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
    /// So long after the submission a receipt whose calendars have all forgotten it is given up, for a person to see; 1 hour to 1 year, 7 days unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan ForgottenAfter
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromHours(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(366));
            field = value;
        }
    } = TimeSpan.FromDays(7);

    /// <summary>How long to wait between two questions about one receipt; 1 second to 1 day, 15 minutes unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan RefreshEvery
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            field = value;
        }
    } = TimeSpan.FromMinutes(15);
}
