using System.Text.Json.Nodes;

namespace Hallmark.Core.Envelopes;

/// <summary>The events of the profile <c>ario.agent/v1</c> (envelope family §7).</summary>
public static class AgentEvents
{
    /// <summary>An asset was seen for the first time.</summary>
    public const string AssetRegistered = "asset_registered";

    /// <summary>An asset's content differs from its baseline.</summary>
    public const string TamperDetected = "tamper_detected";

    /// <summary>An asset could not be read for several cycles.</summary>
    public const string AssetMissing = "asset_missing";

    /// <summary>The agent's policy changed.</summary>
    public const string PolicyChanged = "policy_changed";

    /// <summary>A window of verifications, as a Merkle root.</summary>
    public const string VerificationCheckpoint = "verification_checkpoint";

    /// <summary>A key was replaced; signed by the old one.</summary>
    public const string KeyRetired = "key_retired";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [AssetRegistered, TamperDetected, AssetMissing, PolicyChanged, VerificationCheckpoint, KeyRetired];

    /// <summary>Who the agent is.</summary>
    public static JsonObject Subject(string tenantId, string agentId) =>
        new()
        {
            ["type"] = "agent",
            ["tenant_id"] = tenantId,
            ["agent_id"] = agentId,
        };
}
