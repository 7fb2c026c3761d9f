namespace Hallmark.Inference.Status;

/// <summary>The agent's answer about one asset (mlflow-events.md §14.2).</summary>
/// <param name="AssetId">The asset the answer is about.</param>
/// <param name="TenantId">Whose it is.</param>
/// <param name="AgentId">Which agent answered.</param>
/// <param name="Outcome">What was found; anything unknown is <see cref="AssetOutcome.Unknown"/>.</param>
/// <param name="LastVerifiedAt">When it was last found as registered, as the agent wrote it; or null.</param>
/// <param name="MaxAge">The nominal interval between two looks, in seconds.</param>
/// <param name="IsStale">The agent's own judgement that the look is too old. Decides; <paramref name="MaxAge"/> does not.</param>
/// <param name="PolicyHash">The policy that the agent works by.</param>
/// <param name="CurrentTransactionId">The registration's transaction, or null.</param>
public sealed record AssetStatus(
    string AssetId,
    string TenantId,
    string AgentId,
    AssetOutcome Outcome,
    string? LastVerifiedAt,
    long MaxAge,
    bool IsStale,
    string PolicyHash,
    string? CurrentTransactionId
)
{
    /// <summary>True where the asset may be used: verified, and not too long ago.</summary>
    public bool IsGood => Outcome is AssetOutcome.Verified && !IsStale;
}
