using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.Arweave;

/// <summary>How one Arweave anchor is set.</summary>
public sealed record ArweaveAnchorOptions
{
    /// <summary>The name the user gave it in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>Each envelope in an item of its own (<i>direct</i>), or each checkpoint, for any number of envelopes (<i>batched</i>).</summary>
    public required AnchorTarget Target { get; init; }

    /// <summary>The network that receipts name: <c>mainnet</c> unless a test network is used.</summary>
    public string Network { get; init; } = ArweaveAnchor.MainNetwork;

    /// <summary>For direct mode: the version that the tag <c>App-Version</c> gives.</summary>
    public string AppVersion { get; init; } = "unknown";

    /// <summary>For batched mode: <c>production</c>, or <c>dev</c>.</summary>
    public string Environment { get; init; } = "production";

    /// <summary>For batched mode: the tag <c>Scope</c>, lower-case hex SHA-256 of a namespace of the user's; null for none.</summary>
    public string? Scope { get; init; }

    /// <summary>For batched mode: true to tell the signed checkpoint's SHA-256 in the tag <c>Content-Hash</c>, by which whoever has the checkpoint finds the item.</summary>
    public bool HasContentHash { get; init; }

    /// <summary>For direct mode: further tags, in their order, public for ever. One whose name is <see cref="BaselineTagNames"/>' is left out.</summary>
    public IReadOnlyList<DataItemTag> ExtraTags { get; init; } = [];

    /// <summary>Names that further tags cannot have.</summary>
    public static IReadOnlyList<string> BaselineTagNames => ItemTags.BaselineNames;

    /// <summary>
    /// How long a bundler may not know yet what it was sent: before an item goes that may have been sent before, its status is asked for twice, this long apart.
    /// 0 to 1 minute; 2 seconds unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan StatusDelay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(2);

    /// <summary>How many blocks make it final, the item's own included; 1 to 1,000. 18 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int FinalDepth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1_000);
            field = value;
        }
    } = 18;
}
