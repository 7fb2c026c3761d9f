using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Events;

/// <summary>A folder of artifacts.</summary>
/// <param name="Repository">The tree that it is in.</param>
/// <param name="Folder">The folder's path in the tree, normalised; empty for the whole tree.</param>
public sealed record ArtifactPlace(IArtifactRepository Repository, string Folder);
