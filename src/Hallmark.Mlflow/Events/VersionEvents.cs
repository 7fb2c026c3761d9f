using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// The ledger's events about a model version of one store. Several stores may share a ledger and have models of equal names; then the records tell them apart: a registration by its
/// source and run, a promotion by the registration that it follows.
/// </summary>
internal sealed class VersionEvents(IEventLogReader log, IMlflowStore store)
{
    /// <summary>All events about the version, oldest first. Where no registration fits the version as it is now, nothing is left out: the version itself may have been changed.</summary>
    public async Task<IReadOnlyList<LoggedEntry>> FindAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var entries = await log.FindBySubjectAsync(SubjectKeys.ModelVersion(version.Name, version.Version), cancellationToken)
            .ConfigureAwait(false);
        var registrations = entries.Where(entry => entry.EventType == EventTypes.Registration).ToList();
        if (registrations.Count == 0)
        {
            return entries;
        }

        var runId = await VersionRun.FindIdAsync(store, version, cancellationToken).ConfigureAwait(false);
        var foreign = registrations
            .Where(entry => !IsOf(version, runId, entry))
            .Select(entry => entry.EventId)
            .ToHashSet(StringComparer.Ordinal);
        return foreign.Count == registrations.Count
            ? entries
            :
            [
                .. entries.Where(entry =>
                    !foreign.Contains(entry.EventId) && !(Follows(entry) is { } previous && foreign.Contains(previous))
                ),
            ];
    }

    /// <summary>The newest recorded stage transition of a version, or null.</summary>
    public async Task<LoggedEntry?> FindTransitionAsync(ModelVersion version, CancellationToken cancellationToken) =>
        (await FindAsync(version, cancellationToken).ConfigureAwait(false)).LastOrDefault(entry =>
            entry.EventType == EventTypes.StageTransition
        );

    /// <summary>The newest recorded change of an alias, whichever version it was pointed at; or null.</summary>
    public async Task<LoggedEntry?> FindAliasChangeAsync(string name, string alias, CancellationToken cancellationToken)
    {
        LoggedEntry? newest = null;
        foreach (var version in await store.ListModelVersionsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            foreach (var entry in await FindAsync(version, cancellationToken).ConfigureAwait(false))
            {
                if (
                    entry.EventType == EventTypes.AliasChanged
                    && StoredJson.Text(RecordOf(entry), "alias") == alias
                    && (newest is null || entry.Index > newest.Index)
                )
                {
                    newest = entry;
                }
            }
        }

        return newest;
    }

    /// <summary>A member of an entry's record that is a string; or null.</summary>
    public static string? Text(LoggedEntry? entry, string member) => entry is null ? null : StoredJson.Text(RecordOf(entry), member);

    /// <summary>True where a registration's record speaks of the version as the store holds it.</summary>
    public static bool IsOf(ModelVersion version, string? runId, LoggedEntry registration) =>
        RecordOf(registration) is { } record
        && StoredJson.Text(record, "source") == version.Source
        && StoredJson.Text(record, "source_run_id") == runId;

    private static string? Follows(LoggedEntry entry) =>
        StoredJson.Text(HallmarkMember.Of(RecordOf(entry))?[HallmarkMember.Previous], "event_id");

    private static JsonObject? RecordOf(LoggedEntry entry) => entry.Record is { } record ? StoredJson.TryParseObject(record.Span) : null;
}
