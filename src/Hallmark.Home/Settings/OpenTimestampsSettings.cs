using System.Collections.Immutable;

namespace Hallmark.Home.Settings;

/// <summary>OpenTimestamps calendars, and where Bitcoin's block headers come from.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record OpenTimestampsSettings : AnchorSettings
{
    /// <inheritdoc />
    public override string Type => "opentimestamps";

    /// <summary>Calendars that get the digest, each on its own. Who runs one can forget it, not date it earlier.</summary>
    public required ImmutableArray<Uri> Calendars { get; init; }

    /// <summary>So many of them must take it.</summary>
    public int MinCalendars { get; init; } = 2;

    /// <summary>Which Bitcoin: <c>mainnet</c>, <c>testnet</c>, <c>regtest</c>.</summary>
    public string Network { get; init; } = "mainnet";

    /// <summary>Where block headers come from; null where only the receipt's own is looked at.</summary>
    public BitcoinSettings? Bitcoin { get; init; }

    /// <summary>Blocks on it, itself included, that make a proof final.</summary>
    public int Depth { get; init; } = 6;

    /// <summary>True where <c>http</c> to other machines is allowed.</summary>
    public bool AllowPlainHttp { get; init; }
}
