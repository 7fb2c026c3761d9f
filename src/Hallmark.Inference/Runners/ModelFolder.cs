using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners;

/// <summary>A model's files in a private folder: a copy that was hashed after it was made, which nobody else is handed.</summary>
/// <param name="Path">The folder, absolute; access for the owner only. It lives as long as the loaded model.</param>
/// <param name="Description">The file <c>MLmodel</c> as JSON (YAML's scalars resolved); null where the folder has none.</param>
public sealed record ModelFolder(string Path, JsonObject? Description);
