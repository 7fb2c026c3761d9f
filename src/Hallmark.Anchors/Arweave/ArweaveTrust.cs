namespace Hallmark.Anchors.Arweave;

/// <summary>What a verifier of Arweave receipts goes by. None of it is ever taken from a receipt.</summary>
public sealed record ArweaveTrust
{
    /// <summary>The network whose receipts count.</summary>
    public string Network { get; init; } = ArweaveAnchor.MainNetwork;

    /// <summary>The owner addresses of the wallets that are expected, 43 characters each; none for any wallet.</summary>
    public IReadOnlyList<string> WalletAddresses { get; init; } = [];

    /// <summary>The addresses of the bundlers' signing keys that are believed, 43 characters each; with none no Turbo receipt proves anything.</summary>
    public IReadOnlyList<string> BundlerAddresses { get; init; } = [];

    /// <summary>The addresses of the gateway operators whose signed attestations are believed, 43 characters each; with none an attestation is shown and proves nothing.</summary>
    public IReadOnlyList<string> OperatorAddresses { get; init; } = [];

    /// <summary>How many blocks make a receipt final, the item's own included.</summary>
    public int FinalDepth { get; init; } = 18;

    /// <summary>How far the clock of a bundler or an operator, and the one that prepared the receipt, may be apart for their time to count; 1 day unless set.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromDays(1);
}
