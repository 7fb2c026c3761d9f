using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>The folder of artifacts that a real MLflow server served, with that server's habits.</summary>
internal sealed class FixtureArtifacts(string root)
{
    /// <summary>A folder's listing; empty where it is missing or a file.</summary>
    /// <param name="folder">Below the artifact root.</param>
    /// <param name="prefix">What is put before each name.</param>
    public JsonArray List(string folder, string prefix)
    {
        var path = Resolve(folder);
        if (!Directory.Exists(path))
        {
            return [];
        }

        var entries = new DirectoryInfo(path).EnumerateFileSystemInfos().OrderBy(static e => e.Name, StringComparer.Ordinal);
        return new JsonArray([
            .. entries.Select(entry =>
            {
                var json = new JsonObject { ["path"] = prefix + entry.Name, ["is_dir"] = entry is DirectoryInfo };
                if ((entry.ResolveLinkTarget(returnFinalTarget: true) ?? entry) is FileInfo { Length: > 0 } file)
                {
                    json["file_size"] = file.Length; // left out for empty files, and of what a link leads to, as MLflow does
                }

                return json;
            }),
        ]);
    }

    /// <summary>The file's path on disk, or null where there is none.</summary>
    public string? Find(string path) => Resolve(path) is var resolved && File.Exists(resolved) ? resolved : null;

    public void Put(string path, byte[] content)
    {
        var resolved = Resolve(path);
        Directory.CreateDirectory(Path.GetDirectoryName(resolved)!);
        File.WriteAllBytes(resolved, content);
    }

    private string Resolve(string path) =>
        path.Contains('\\', StringComparison.Ordinal)
        || path.Contains('#', StringComparison.Ordinal)
        || path.StartsWith('/')
        || path.Split('/').Contains("..")
            ? throw FixtureFailure.Invalid("Invalid path")
            : Path.Combine(root, path);
}
