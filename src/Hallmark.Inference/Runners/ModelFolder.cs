using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners;

/// <summary>A model's files in a private folder: a copy that was hashed after it was made, which nobody else is handed.</summary>
/// <param name="Path">The folder, absolute; access for the owner only. It lives as long as the loaded model.</param>
/// <param name="Description">The file <c>MLmodel</c> as JSON (YAML's scalars resolved); null where the folder has none.</param>
public sealed record ModelFolder(string Path, JsonObject? Description)
{
    /// <summary>SHA-256 over the canonical map of the copy's file digests (<c>artifact_hash</c>) as it was verified, 64 hex digits; null where it is not known.</summary>
    public string? Hash { get; init; }
}
