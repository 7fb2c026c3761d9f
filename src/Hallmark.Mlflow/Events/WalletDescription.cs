namespace Hallmark.Mlflow.Events;

/// <summary>The wallet that pays for uploads, as the tags name it (mlflow-events.md §9.2).</summary>
/// <param name="Mode"><c>user-configured</c>, <c>persistent</c> or <c>ephemeral</c>.</param>
/// <param name="Type"><c>solana</c> or <c>arweave</c>, or null.</param>
public sealed record WalletDescription(string Mode, string? Type);
