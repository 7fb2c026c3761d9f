namespace Hallmark.Mlflow.Artifacts;

/// <summary>A file in an artifact repository.</summary>
/// <param name="Path">Relative to the repository's root, joined with <c>/</c>.</param>
/// <param name="SizeInBytes">Its size as listed, or null where the store does not say.</param>
public sealed record ArtifactEntry(string Path, long? SizeInBytes);
