using System.Collections.Immutable;

namespace Hallmark.Home.Settings;

/// <summary>Arweave through a Turbo bundler.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record ArweaveSettings : AnchorSettings
{
    /// <inheritdoc />
    public override string Type => "arweave";

    /// <summary>The bundler's upload service. Who runs it can refuse or delay items, not change them.</summary>
    public required Uri Upload { get; init; }

    /// <summary>The bundler's payment service, asked for the balance; null for none.</summary>
    public Uri? Payment { get; init; }

    /// <summary>Where items are fetched, hosts or addresses, in order; null for the environment's, else the defaults. Who runs one can withhold items, not change them.</summary>
    public ImmutableArray<string>? Gateways { get; init; }

    /// <summary>The wallet's file; null for the environment's, else the home's own.</summary>
    public string? Wallet { get; init; }

    /// <summary>Owner addresses of wallets used earlier, whose receipts count too.</summary>
    public ImmutableArray<string> EarlierWallets { get; init; } = [];

    /// <summary>Arweave addresses of bundlers whose signed receipts are believed. Who writes this decides whose promise counts.</summary>
    public ImmutableArray<string> Bundlers { get; init; } = [];

    /// <summary>A verification service of ar.io, asked for its operator's attestation of each item in a block; null for the environment's, else for none.</summary>
    public Uri? Verify { get; init; }

    /// <summary>Addresses of the operators whose signed attestations are believed. Who writes this decides whose word counts.</summary>
    public ImmutableArray<string> Operators { get; init; } = [];

    /// <summary>The attestation's level that is enough: 1, 2 or 3.</summary>
    public int VerifyLevel { get; init; } = 2;

    /// <summary>For envelopes: further tags of each item, in their order. Public for ever.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Tags { get; init; } = [];

    /// <summary>For checkpoints: the tag <c>Scope</c>, lower-case hex SHA-256 of a namespace; null for none.</summary>
    public string? Scope { get; init; }

    /// <summary>For checkpoints: true to tell their SHA-256 in the tag <c>Content-Hash</c>.</summary>
    public bool HasContentHash { get; init; }

    /// <summary>The network that receipts name.</summary>
    public required string Network { get; init; }

    /// <summary>How many blocks make a receipt final, the item's own included.</summary>
    public int Depth { get; init; } = 18;

    /// <summary>True where <c>http</c> to other machines is allowed.</summary>
    public bool AllowPlainHttp { get; init; }
}
