using System.Text.Json.Nodes;

namespace Hallmark.Inference.Agent;

/// <summary>One asset of the policy.</summary>
/// <param name="AssetId">Its name in questions; 1 to 256 characters, unique in the policy.</param>
/// <param name="Index">Where it stands in the policy, from 0.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Where it lies, absolute.</param>
/// <param name="Interval">The time from one look to the next.</param>
/// <param name="MaxAge">How old the last look may be before an answer is stale; at least the interval.</param>
/// <param name="MissingAfter">How many looks in a row must find nothing before the asset is called missing; from 1.</param>
public sealed record WatchedAsset(
    string AssetId,
    int Index,
    AssetKind Kind,
    string Path,
    TimeSpan Interval,
    TimeSpan MaxAge,
    int MissingAfter
)
{
    /// <summary>The type's name in policy, events and leaves.</summary>
    public string TypeName =>
        Kind switch
        {
            AssetKind.File => "file",
            AssetKind.Folder => "folder",
            _ => "mlflow_model",
        };

    /// <summary>The place as a <c>file:</c> URI.</summary>
    public string Location => new Uri(Path).AbsoluteUri;

    /// <summary>The member <c>asset</c> of events (envelope family §7).</summary>
    public JsonObject ToEventJson() =>
        new()
        {
            ["type"] = TypeName,
            ["asset_id"] = AssetId,
            ["policy_asset_index"] = Index,
            ["uri"] = Location,
        };

    /// <summary>The member <c>asset</c> of a checkpoint's leaves.</summary>
    public JsonObject ToLeafJson() =>
        new()
        {
            ["asset_id"] = AssetId,
            ["type"] = TypeName,
            ["uri"] = Location,
        };
}
