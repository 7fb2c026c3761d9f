using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// The ledger's events about a model version of one store. Several stores may share a ledger and have models of equal names; then the records tell them apart: a registration by its
/// source and run, a promotion by the registration that it follows; and, where the stores are copies of each other, each by the store that it names.
/// </summary>
/// <param name="log">The ledger.</param>
/// <param name="store">The store whose versions are meant.</param>
public sealed class VersionEvents(IEventLogReader log, IMlflowStore store)
{
    private readonly StoreEvents _own = new(store);

    /// <summary>All events about the version, oldest first. Where no registration fits the version as it is now, nothing is left out: the version itself may have been changed.</summary>
    public async Task<IReadOnlyList<LoggedEntry>> FindAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(version);
        var entries = _own.Narrow(
            await log.FindBySubjectAsync(SubjectKeys.ModelVersion(version.Name, version.Version), cancellationToken).ConfigureAwait(false)
        );
        var registrations = entries.Where(entry => entry.EventType == EventTypes.Registration).ToList();
        if (registrations.Count == 0)
        {
            return entries;
        }

        var runId = await VersionRun.FindIdAsync(store, version, cancellationToken).ConfigureAwait(false);
        var foreign = registrations.Where(entry => !IsOf(version, runId, entry)).ToList();
        return foreign.Count == registrations.Count ? entries : Without(entries, foreign);
    }

    /// <summary>Of all events under one name and number those that go with the newest registration: what is meant where no store is at hand to say which version it has.</summary>
    public static IReadOnlyList<LoggedEntry> OfNewest(IReadOnlyList<LoggedEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var registrations = entries.Where(entry => entry.EventType == EventTypes.Registration).ToList();
        return registrations.Count == 0
            ? entries
            : Without(entries, [.. registrations.Where(entry => OriginOf(entry) != OriginOf(registrations[^1]))]);

        static ((string?, string?), bool, string?) OriginOf(LoggedEntry entry) =>
            (PlaceOf(entry), entry.Record is not null, StoreEvents.MarkOf(entry));
    }

    /// <summary>The newest recorded stage transition of a version, or null.</summary>
    public async Task<LoggedEntry?> FindTransitionAsync(ModelVersion version, CancellationToken cancellationToken) =>
        (await FindAsync(version, cancellationToken).ConfigureAwait(false)).LastOrDefault(entry =>
            entry.EventType == EventTypes.StageTransition
        );

    /// <summary>The newest recorded change of an alias, whichever version it was pointed at; or null.</summary>
    public async Task<LoggedEntry?> FindAliasChangeAsync(string name, string alias, CancellationToken cancellationToken)
    {
        var entries = new List<LoggedEntry>();
        foreach (var version in await store.ListModelVersionsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            entries.AddRange(await FindAsync(version, cancellationToken).ConfigureAwait(false));
        }

        return NarrowModel(entries)
            .LastOrDefault(entry => entry.EventType == EventTypes.AliasChanged && StoredJson.Text(RecordOf(entry), "alias") == alias);
    }

    /// <summary>The events of several versions of one model, oldest first: where this store has events of its own about any of them, another's about the rest have no say.</summary>
    internal IReadOnlyList<LoggedEntry> NarrowModel(IEnumerable<LoggedEntry> entries) =>
        _own.Narrow([.. entries.OrderBy(entry => entry.Index)]);

    /// <summary>A member of an entry's record that is a string; or null.</summary>
    internal static string? Text(LoggedEntry? entry, string member) => entry is null ? null : StoredJson.Text(RecordOf(entry), member);

    /// <summary>True where a registration's record speaks of the version as the store holds it.</summary>
    internal static bool IsOf(ModelVersion version, string? runId, LoggedEntry registration) =>
        registration.Record is not null && PlaceOf(registration) == (version.Source, runId);

    private static (string? Source, string? RunId) PlaceOf(LoggedEntry registration) =>
        (Text(registration, "source"), Text(registration, "source_run_id"));

    // The registrations of another store, and the promotions that follow them.
    private static IReadOnlyList<LoggedEntry> Without(IReadOnlyList<LoggedEntry> entries, IReadOnlyCollection<LoggedEntry> foreign)
    {
        var ids = foreign.Select(entry => entry.EventId).ToHashSet(StringComparer.Ordinal);
        return [.. entries.Where(entry => !ids.Contains(entry.EventId) && !(Follows(entry) is { } previous && ids.Contains(previous)))];
    }

    private static string? Follows(LoggedEntry entry) =>
        StoredJson.Text(HallmarkMember.Of(RecordOf(entry))?[HallmarkMember.Previous], "event_id");

    private static JsonObject? RecordOf(LoggedEntry entry) => entry.Record is { } record ? StoredJson.TryParseObject(record.Span) : null;
}
