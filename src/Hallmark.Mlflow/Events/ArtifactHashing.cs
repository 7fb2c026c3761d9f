using Hallmark.Artifacts;
using Hallmark.Artifacts.Cache;

namespace Hallmark.Mlflow.Events;

/// <summary>How artifacts are hashed.</summary>
/// <param name="Progress">Told of each step; may be null.</param>
/// <param name="Cache">Digests of local files hashed before; null to read every byte again.</param>
public sealed record ArtifactHashing(IProgress<HashingProgress>? Progress, RehashCache? Cache)
{
    /// <summary>Silently, and without a cache.</summary>
    public static ArtifactHashing Plain { get; } = new(Progress: null, Cache: null);
}
