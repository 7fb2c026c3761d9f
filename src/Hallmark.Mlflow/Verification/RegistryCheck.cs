using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Compares the registry with what was recorded: a version's source and run, and the newest recorded stage and aliases.</summary>
internal static class RegistryCheck
{
    public static async Task<Check> CheckAsync(
        VerificationScope scope,
        ModelVersion? version,
        JsonObject record,
        CancellationToken cancellationToken
    )
    {
        if (version is null)
        {
            return Answers.Failed(CheckNames.LiveRegistry, "version_missing", "the version is gone from the registry");
        }

        var differences = new List<Difference>();
        Add(differences, "source", StoredJson.Text(record, "source"), version.Source);
        var runId = await VersionRun.FindIdAsync(scope.Store, version, cancellationToken).ConfigureAwait(false);
        Add(differences, "source_run_id", StoredJson.Text(record, "source_run_id"), runId);
        var covered = "source and run";

        var entries = scope.Log is null
            ? []
            : await scope
                .Log.FindBySubjectAsync(SubjectKeys.ModelVersion(version.Name, version.Version), cancellationToken)
                .ConfigureAwait(false);
        if (Newest(entries, EventTypes.StageTransition) is { } stage)
        {
            Add(differences, "stage", StoredJson.Text(stage, "to_stage"), version.CurrentStage);
            covered += ", stage";
        }

        var model = await scope.Store.FindRegisteredModelAsync(version.Name, cancellationToken).ConfigureAwait(false);
        foreach (
            var alias in Records(entries, EventTypes.AliasChanged)
                .Select(payload => StoredJson.Text(payload, "alias"))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
        )
        {
            // An alias that was pointed elsewhere later, by a recorded event, is not this version's any more.
            if (
                await NewestOfAliasAsync(scope, version.Name, alias, cancellationToken).ConfigureAwait(false) is { } target
                && target == version.Version
            )
            {
                Add(differences, "alias " + alias, target, model?.Aliases.GetValueOrDefault(alias));
                covered += $", alias {alias}";
            }
        }

        return Answers.Compared(
            CheckNames.LiveRegistry,
            $"the registry still holds the recorded {covered}",
            "the registry does not hold what was recorded of the version",
            differences
        );
    }

    private static async Task<string?> NewestOfAliasAsync(
        VerificationScope scope,
        string name,
        string alias,
        CancellationToken cancellationToken
    )
    {
        LoggedEntry? newest = null;
        foreach (var version in await scope.Store.ListModelVersionsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            var entries = await scope
                .Log!.FindBySubjectAsync(SubjectKeys.ModelVersion(name, version.Version), cancellationToken)
                .ConfigureAwait(false); // only called with entries of a ledger
            foreach (
                var entry in entries.Where(entry =>
                    entry.EventType == EventTypes.AliasChanged && StoredJson.Text(PayloadOf(entry), "alias") == alias
                )
            )
            {
                newest = newest is null || entry.Index > newest.Index ? entry : newest;
            }
        }

        return newest is null ? null : StoredJson.Text(PayloadOf(newest), "to_version");
    }

    private static JsonObject? Newest(IEnumerable<LoggedEntry> entries, string eventType) => Records(entries, eventType).LastOrDefault();

    private static IEnumerable<JsonObject> Records(IEnumerable<LoggedEntry> entries, string eventType) =>
        entries.Where(entry => entry.EventType == eventType).Select(PayloadOf).OfType<JsonObject>();

    private static JsonObject? PayloadOf(LoggedEntry entry) => entry.Record is { } record ? StoredJson.TryParseObject(record.Span) : null;

    private static void Add(List<Difference> differences, string what, string? anchored, string? found)
    {
        if (anchored != found)
        {
            differences.Add(new Difference(what, anchored, found));
        }
    }
}
