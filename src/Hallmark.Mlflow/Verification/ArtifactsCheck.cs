using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Hashes a run's model files again and names each that was changed, added or removed.</summary>
internal static class ArtifactsCheck
{
    public static async Task<Check> OfTrainingAsync(
        VerificationScope scope,
        MlflowRun? run,
        JsonObject record,
        CancellationToken cancellationToken
    )
    {
        if (run is null)
        {
            return Answers.Failed(CheckNames.Artifacts, "run_missing", "the run is gone from MLflow");
        }

        var anchored = record["artifact_checksums"] as JsonObject ?? [];
        var paths = await PathsAsync(scope.Store, run, record, cancellationToken).ConfigureAwait(false);
        if (scope.Held is { } held)
        {
            return OfHeld(held, paths, anchored);
        }

        (IReadOnlyList<Difference> Differences, string Path)? closest = null;
        foreach (var path in paths)
        {
            var now = await RunArtifacts.HashAsync(scope.Store, run, path, scope.Hashing, cancellationToken).ConfigureAwait(false);
            var differences = Between(path, anchored, now);
            if (closest is null || differences.Count < closest.Value.Differences.Count)
            {
                closest = (differences, path);
            }

            if (differences.Count == 0)
            {
                break;
            }
        }

        var (found, where) = closest ?? ([], "");
        return found.Count > 0
                ? Answers.Failed(CheckNames.Artifacts, "differs", $"the files at \"{where}\" are not those that were recorded", found)
            : anchored.Count == 0 ? Answers.Passed(CheckNames.Artifacts, $"no file was recorded, and there is none at \"{where}\"")
            : Answers.Passed(CheckNames.Artifacts, $"all {anchored.Count} files at \"{where}\" have the recorded SHA-256");
    }

    private static Check OfHeld(HeldArtifacts held, IReadOnlyList<string> paths, JsonObject anchored)
    {
        var path = held.Path is null ? "" : ArtifactFolder.Normalize(held.Path);
        if (anchored.Count == 0)
        {
            return Answers.NotRun(CheckNames.Artifacts, "no_artifact_hash", "the training recorded no files", isRequired: true);
        }

        if (!paths.Any(recorded => ArtifactFolder.Normalize(recorded) == path))
        {
            return Answers.NotRun(
                CheckNames.Artifacts,
                "not_covered",
                $"the training recorded the files at \"{string.Join("\", \"", paths)}\", and not those at \"{path}\"",
                isRequired: true
            );
        }

        var differences = Between(path, anchored, held.Files);
        return Answers.Compared(
            CheckNames.Artifacts,
            $"all {anchored.Count} files at \"{path}\" have the recorded SHA-256",
            $"the files at \"{path}\" are not those that were recorded",
            differences
        );
    }

    /// <summary>What differs between a recorded map and the files now.</summary>
    public static IReadOnlyList<Difference> Between(string path, JsonObject anchored, ArtifactSnapshot now)
    {
        var differences = new List<Difference>();
        var names = anchored.Select(member => member.Key).Union(now.Checksums.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        foreach (var name in names)
        {
            // What is no text is no checksum either: shown as it is, and never equal to that of a file that is not there.
            var before = anchored.ContainsKey(name) ? StoredJson.Text(anchored, name) ?? JsonDifferences.Show(anchored[name]) : null;
            var found = now.Checksums.GetValueOrDefault(name);
            if (before != found)
            {
                var note =
                    before is null ? "added"
                    : found is null ? "removed"
                    : "changed";
                differences.Add(new Difference(path.Length == 0 ? name : path + "/" + name, before, found, note));
            }
        }

        return differences;
    }

    // A record of the original does not say which path it took; any of the run's models may be the one.
    private static async Task<IReadOnlyList<string>> PathsAsync(
        IMlflowStore store,
        MlflowRun run,
        JsonObject record,
        CancellationToken cancellationToken
    )
    {
        if (StoredJson.Text(HallmarkMember.Of(record), HallmarkMember.ArtifactPath) is { } recorded)
        {
            return [recorded];
        }

        var paths = await ArtifactPathChoice.ListAsync(store, run, cancellationToken).ConfigureAwait(false);
        return paths.Count == 0 ? [ArtifactPathChoice.Default] : paths;
    }
}
