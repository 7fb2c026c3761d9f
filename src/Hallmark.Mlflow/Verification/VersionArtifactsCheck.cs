using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Hashes a model version's files again and compares them with its registration, and with the training behind it.</summary>
internal static class VersionArtifactsCheck
{
    public static async Task<Check> CheckAsync(
        VerificationScope scope,
        ModelVersion? version,
        JsonObject record,
        JsonObject? training,
        CancellationToken cancellationToken
    )
    {
        if (record["artifact_verified"] is JsonValue verified && verified.GetValueKind() is System.Text.Json.JsonValueKind.False)
        {
            return Answers.Failed(
                CheckNames.Artifacts,
                "registered_with_mismatch",
                "the version was registered although its files were not those of the training record (artifact_verified is false)"
            );
        }

        if (StoredJson.Text(record, "artifact_hash") is not { } anchored)
        {
            return Answers.NotRun(
                CheckNames.Artifacts,
                "no_artifact_hash",
                "the registration commits to no files: the training had recorded none",
                isRequired: true
            );
        }

        // The registry's source now is where a consumer loads from; that it is the recorded one is the registry check's business.
        var source = version?.Source ?? StoredJson.Text(record, "source");
        var runId = StoredJson.Text(record, "source_run_id");
        var (path, files) = scope.Held is { } held
            ? (held.Path, held.Files)
            : await HashAsync(scope, runId, source, cancellationToken).ConfigureAwait(false);
        if (files.Hash == anchored)
        {
            return Answers.Passed(CheckNames.Artifacts, $"all {files.Checksums.Count} files of {source} are those that were recorded");
        }

        var map = training?["artifact_checksums"] as JsonObject;
        var differences =
            map is not null && RecordHash.OfCanonical(map) == anchored
                ? ArtifactsCheck.Between(path ?? "", map, files)
                : [new Difference("artifact_hash", anchored, files.Hash, files.Error)];
        return Answers.Failed(CheckNames.Artifacts, "differs", $"the files of {source} are not those that were registered", differences);
    }

    private static async Task<(string? Path, ArtifactSnapshot Files)> HashAsync(
        VerificationScope scope,
        string? runId,
        string? source,
        CancellationToken cancellationToken
    )
    {
        var resolved = await ResolvedSource.FindAsync(scope.Store, runId, source, scope.Hashing, cancellationToken).ConfigureAwait(false);
        return (resolved.Path, resolved.Artifacts);
    }
}
