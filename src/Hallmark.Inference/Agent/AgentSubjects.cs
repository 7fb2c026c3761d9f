namespace Hallmark.Inference.Agent;

/// <summary>Under which keys an agent's events are found in the ledger, and in which chains they stand.</summary>
internal static class AgentSubjects
{
    /// <summary>Registrations of an asset: the newest one is its baseline.</summary>
    public static string Asset(AgentPolicy policy, string assetId) => Of("asset", policy, assetId);

    /// <summary>What was found wrong with an asset.</summary>
    public static string Alarm(AgentPolicy policy, string assetId) => Of("asset-alarm", policy, assetId);

    /// <summary>The policies that the agent worked by.</summary>
    public static string Policy(AgentPolicy policy) => Of("agent-policy", policy, null);

    /// <summary>The agent's verification checkpoints.</summary>
    public static string Checkpoint(AgentPolicy policy) => Of("agent-checkpoint", policy, null);

    /// <summary>The chain of an agent's events of one type (envelope family §7).</summary>
    public static string Chain(AgentPolicy policy, string eventType) => $"agent:{policy.TenantId}/{policy.AgentId}:{eventType}";

    // Escaped, so that no asset id can pass for another agent's asset.
    private static string Of(string kind, AgentPolicy policy, string? assetId)
    {
        var agent = $"{kind}:{policy.TenantId}/{policy.AgentId}";
        return assetId is null ? agent : $"{agent}/{Uri.EscapeDataString(assetId)}";
    }
}
