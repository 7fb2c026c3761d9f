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

        var events = scope.Log is null ? null : new VersionEvents(scope.Log, scope.Store);
        var entries = events is null ? [] : await events.FindAsync(version, cancellationToken).ConfigureAwait(false);
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
            var newest = await events!.FindAliasChangeAsync(version.Name, alias, cancellationToken).ConfigureAwait(false); // only with entries of a ledger
            if (VersionEvents.Text(newest, "to_version") == version.Version)
            {
                Add(differences, "alias " + alias, version.Version, model?.Aliases.GetValueOrDefault(alias));
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
