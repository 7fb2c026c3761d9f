using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Agent;

/// <summary>How many assets one policy has more, less and otherwise than another.</summary>
/// <param name="Added">In the new policy only.</param>
/// <param name="Modified">In both, with other members.</param>
/// <param name="Removed">In the old policy only.</param>
internal sealed record PolicyDifference(int Added, int Modified, int Removed)
{
    /// <summary>Compares two policy files; without an old one all assets are added.</summary>
    public static PolicyDifference Between(ReadOnlySpan<byte> oldPolicy, ReadOnlySpan<byte> newPolicy)
    {
        var (before, after) = (AssetsOf(oldPolicy), AssetsOf(newPolicy));
        return new PolicyDifference(
            after.Keys.Count(id => !before.ContainsKey(id)),
            after.Count(pair => before.TryGetValue(pair.Key, out var old) && !JsonNode.DeepEquals(old, pair.Value)),
            before.Keys.Count(id => !after.ContainsKey(id))
        );
    }

    private static Dictionary<string, JsonNode> AssetsOf(ReadOnlySpan<byte> policy)
    {
        var assets = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        if (
            policy.IsEmpty
            || !StrictJson.TryParse(policy, out var node, out _)
            || node is not JsonObject root
            || root["assets"] is not JsonArray list
        )
        {
            return assets;
        }

        foreach (var asset in list.OfType<JsonObject>())
        {
            if (PayloadText.Find(asset, "asset_id") is { } id)
            {
                assets[id] = asset;
            }
        }

        return assets;
    }
}
