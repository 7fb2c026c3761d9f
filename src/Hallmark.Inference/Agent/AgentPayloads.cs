using System.Text.Json.Nodes;

namespace Hallmark.Inference.Agent;

/// <summary>The payloads of the profile <c>ario.agent/v1</c> (envelope family §7).</summary>
internal static class AgentPayloads
{
    public static JsonObject Registered(AgentPolicy policy, WatchedAsset asset, AssetSight sight, string now) =>
        new()
        {
            ["asset"] = asset.ToEventJson(),
            ["discovered_at"] = now,
            ["hash"] = sight.Hash,
            ["size_bytes"] = sight.SizeInBytes,
            ["policy_hash"] = policy.Hash,
        };

    public static JsonObject Tampered(AgentPolicy policy, WatchedAsset asset, AssetBaseline baseline, AssetSight sight, string now) =>
        new()
        {
            ["asset"] = asset.ToEventJson(),
            ["baseline"] = Baseline(baseline),
            ["observed"] = new JsonObject
            {
                ["hash"] = sight.Hash,
                ["size_bytes"] = sight.SizeInBytes,
                ["detected_at"] = now,
            },
            ["policy_hash"] = policy.Hash,
        };

    public static JsonObject Missing(AgentPolicy policy, WatchedAsset asset, AssetBaseline baseline, int looks, string now) =>
        new()
        {
            ["asset"] = asset.ToEventJson(),
            ["baseline"] = Baseline(baseline),
            ["consecutive_unavailable"] = looks,
            ["detected_at"] = now,
            ["policy_hash"] = policy.Hash,
        };

    public static JsonObject PolicyChanged(AgentPolicy policy, string previousHash, PolicyDifference difference, string now) =>
        new()
        {
            ["previous_policy_hash"] = previousHash,
            ["new_policy_hash"] = policy.Hash,
            ["policy_uri"] = new Uri(policy.File).AbsoluteUri,
            ["applied_at"] = now,
            ["diff_summary"] = new JsonObject
            {
                ["added_assets"] = difference.Added,
                ["modified_assets"] = difference.Modified,
                ["removed_assets"] = difference.Removed,
            },
        };

    private static JsonObject Baseline(AssetBaseline baseline) =>
        new()
        {
            ["hash"] = baseline.Hash,
            ["registered_at"] = baseline.RegisteredAt,
            ["tx_id"] = baseline.TransactionId,
        };
}
