using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Inference.Agent;

/// <summary>What an agent watches, and in whose name. Read by <see cref="AgentPolicyReader"/>.</summary>
/// <param name="TenantId">Whose agent it is.</param>
/// <param name="AgentId">Which of theirs.</param>
/// <param name="Assets">What is watched, in the order of the file.</param>
/// <param name="CheckpointEvery">The time that one verification checkpoint covers at most.</param>
/// <param name="Hash">SHA-256 of the file's canonical form (RFC 8785), 64 lower-case hex digits.</param>
/// <param name="File">The policy file, absolute.</param>
/// <param name="Content">The file's canonical form.</param>
public sealed record AgentPolicy(
    string TenantId,
    string AgentId,
    ImmutableArray<WatchedAsset> Assets,
    TimeSpan CheckpointEvery,
    string Hash,
    string File,
    ReadOnlyMemory<byte> Content
)
{
    /// <summary>Who signs, as envelopes name it.</summary>
    public JsonObject Subject => AgentEvents.Subject(TenantId, AgentId);

    /// <summary>The asset of an id, or null.</summary>
    public WatchedAsset? Find(string assetId) => Assets.FirstOrDefault(asset => asset.AssetId == assetId);
}
