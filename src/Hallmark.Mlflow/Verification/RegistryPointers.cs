using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>
/// Aliases and stages point to versions, and whoever can write to the registry can point them elsewhere. What the ledger recorded of them says which version is meant;
/// only events count whose own key signed them and may sign.
/// </summary>
/// <param name="scope">What may be looked at.</param>
public sealed class RegistryPointers(VerificationScope scope)
{
    // Versions that are gone from the registry left their events behind: the numbers in between are looked up too, and some beyond the highest that is known.
    private const int NumbersBeyond = 16;
    private const int MaxNumbers = 100_000;

    /// <summary>Whether the alias was last recorded to point to this version. Not run, and not required, where nobody recorded the alias.</summary>
    public Task<Check> CheckAliasAsync(string name, string alias, string version, CancellationToken cancellationToken) =>
        Answers.RunAsync(
            CheckNames.Alias,
            async () =>
            {
                var newest = (
                    await RecordsAsync(name, version, EventTypes.AliasChanged, cancellationToken).ConfigureAwait(false)
                ).LastOrDefault(record => StoredJson.Text(record.Payload, "alias") == alias);
                return newest is null
                    ? Unrecorded(CheckNames.Alias, $"where the alias {alias} points")
                    : Compare(
                        CheckNames.Alias,
                        $"the alias {alias} points to version {version}, as it was recorded",
                        new Difference("alias " + alias, StoredJson.Text(newest.Payload, "to_version"), version)
                    );
            }
        );

    /// <summary>Whether this is the newest of the versions that were last recorded to be in the stage. Not run, and not required, where nobody recorded any in it.</summary>
    public Task<Check> CheckStageAsync(string name, string stage, string version, CancellationToken cancellationToken) =>
        Answers.RunAsync(
            CheckNames.Stage,
            async () =>
            {
                var recorded = (await RecordsAsync(name, version, EventTypes.StageTransition, cancellationToken).ConfigureAwait(false))
                    .GroupBy(record => record.Version)
                    .Where(group => StoredJson.Text(group.Last().Payload, "to_stage") == stage)
                    .Select(group => group.Key)
                    .ToList();
                return recorded.Count == 0
                    ? Unrecorded(CheckNames.Stage, $"which version is in {stage}")
                    : Compare(
                        CheckNames.Stage,
                        $"version {version} is the newest in {stage}, as it was recorded",
                        new Difference("stage " + stage, recorded.Max().ToString(CultureInfo.InvariantCulture), version)
                    );
            }
        );

    /// <summary>
    /// Whether no newer version than this one was recorded as registered: one that the registry does not show any more was deleted, and an older one would run in its place.
    /// Not run, and not required, where nothing was recorded of the model.
    /// </summary>
    public Task<Check> CheckLatestAsync(string name, string version, CancellationToken cancellationToken) =>
        Answers.RunAsync(
            CheckNames.Latest,
            async () =>
            {
                var recorded = await RecordsAsync(name, version, EventTypes.Registration, cancellationToken).ConfigureAwait(false);
                if (recorded.Count == 0)
                {
                    return Unrecorded(CheckNames.Latest, "which version is the latest");
                }

                var newest = recorded.Max(record => record.Version);
                return newest <= NumberOf(version)
                    ? Answers.Passed(CheckNames.Latest, $"no newer version than {version} was recorded")
                    : Answers.Failed(
                        CheckNames.Latest,
                        "newer_version_gone",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"version {version} is the registry's latest, but version {newest} was registered and is gone from it; where that is meant, name the version: models:/{name}/{version}"
                        ),
                        [new Difference("latest", newest.ToString(CultureInfo.InvariantCulture), version)]
                    );
            }
        );

    private static Check Unrecorded(string name, string what) =>
        Answers.NotRun(name, "not_recorded", $"nobody recorded {what}: it is the registry's word alone", isRequired: false);

    private static Check Compare(string name, string agrees, Difference difference) =>
        Answers.Compared(
            name,
            agrees,
            $"the registry points to version {difference.Found}, and version {difference.Anchored} was recorded",
            difference.Anchored == difference.Found ? [] : [difference]
        );

    private async Task<List<PointerRecord>> RecordsAsync(string name, string version, string eventType, CancellationToken cancellationToken)
    {
        if (scope.Log is not { } log)
        {
            return [];
        }

        var found = new List<(string Version, LoggedEntry Entry)>();
        var events = new VersionEvents(log, scope.Store);
        var versions = await scope.Store.ListModelVersionsAsync(name, cancellationToken).ConfigureAwait(false);
        foreach (var listed in versions)
        {
            Take(listed.Version, await events.FindAsync(listed, cancellationToken).ConfigureAwait(false));
        }

        var known = versions.Select(listed => listed.Version).ToHashSet(StringComparer.Ordinal);
        var highest = known.Append(version).Max(NumberOf);
        for (var number = 1; number <= Math.Min(highest + NumbersBeyond, MaxNumbers); number++)
        {
            var gone = number.ToString(CultureInfo.InvariantCulture);
            if (!known.Contains(gone))
            {
                var entries = await log.FindBySubjectAsync(SubjectKeys.ModelVersion(name, gone), cancellationToken).ConfigureAwait(false);
                if (entries.Count > 0 && await IsOfThisStoreAsync(entries, cancellationToken).ConfigureAwait(false))
                {
                    Take(gone, entries);
                    highest = Math.Max(highest, number);
                }
            }
        }

        var own = events.NarrowModel(found.Select(pair => pair.Entry)).Select(entry => entry.EventId).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from pair in found
            where pair.Entry.EventType == eventType && own.Contains(pair.Entry.EventId)
            orderby pair.Entry.Index
            let payload = Trusted(pair.Entry)
            where payload is not null
            select new PointerRecord(NumberOf(pair.Version), payload),
        ];

        void Take(string of, IEnumerable<LoggedEntry> entries) => found.AddRange(entries.Select(entry => (of, entry)));
    }

    // Another store that shares the ledger may have a model of that name and versions of these numbers. Where the registration's run is here, the version was.
    private async Task<bool> IsOfThisStoreAsync(IEnumerable<LoggedEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var registration in entries.Where(entry => entry.EventType == EventTypes.Registration))
        {
            if (
                VersionEvents.Text(registration, "source_run_id") is { } runId
                && await scope.Store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not null
            )
            {
                return true;
            }
        }

        return false;
    }

    private JsonObject? Trusted(LoggedEntry entry) =>
        StoredJson.TryParseObject(entry.Envelope.Span, DuplicateNames.KeepLast) is { } envelope
        && EnvelopeChecks.Signature(envelope, scope.Judge).Outcome is CheckOutcome.Passed
        && entry.Record is { } record
        && RecordHash.Of(record.Span) == StoredJson.Text(envelope, "payload_hash")
            ? StoredJson.TryParseObject(record.Span)
            : null;

    private static int NumberOf(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private sealed record PointerRecord(int Version, JsonObject Payload);
}
