using Hallmark.Core.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Which of a ledger's events speak of the objects of one store. Copies of a store hold the same run ids, model names and version numbers, so these alone do not tell; the mark that records
/// carry does (<see cref="StoreMark"/>). Without it one server's record would answer for the other's run.
/// </summary>
/// <param name="store">The store that is meant.</param>
internal sealed class StoreEvents(IMlflowStore store)
{
    private readonly HashSet<string> _marks = [StoreMark.Of(store.Place), .. store.FormerPlaces.Select(StoreMark.Of)];

    /// <summary>True where the event was recorded from this store, where it is now or where it once was.</summary>
    public bool IsOwn(LoggedEntry entry) => MarkOf(entry) is { } mark && _marks.Contains(mark);

    /// <summary>True where the event was recorded from a store at another address. That may be this one before it moved.</summary>
    public bool IsElsewhere(LoggedEntry entry) => MarkOf(entry) is { } mark && !_marks.Contains(mark);

    /// <summary>
    /// The events that are this store's history: its own, those that name no store, and of the store that its own events go on from (it moved, or was copied) what came before the first
    /// of its own. All of them where none is its own: whoever looks at a copy judges it by what was recorded of the original.
    /// </summary>
    /// <param name="entries">Events under one subject, or under those of one model, oldest first.</param>
    public IReadOnlyList<LoggedEntry> Narrow(IReadOnlyList<LoggedEntry> entries)
    {
        // Once for each: a mark costs the record's hash.
        var marked = entries.Select(entry => (Entry: entry, Mark: MarkOf(entry))).ToList();
        var own = marked.Where(pair => pair.Mark is not null && _marks.Contains(pair.Mark)).Select(pair => pair.Entry).ToList();
        if (own.Count == 0)
        {
            return entries;
        }

        var first = own.Min(entry => entry.Index);
        var followed = own.Select(Follows).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var origins = marked
            .Where(pair => followed.Contains(pair.Entry.EventId))
            .Select(pair => pair.Mark)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from pair in marked
            where
                pair.Mark is null
                || _marks.Contains(pair.Mark)
                || followed.Contains(pair.Entry.EventId)
                || (pair.Entry.Index < first && origins.Contains(pair.Mark))
            select pair.Entry,
        ];
    }

    /// <summary>The mark in an event's record; null where there is none, or the record is not the one that was logged: nobody hides an event by editing it.</summary>
    public static string? MarkOf(LoggedEntry entry) =>
        entry.Record is { } record && RecordHash.Of(record.Span) == entry.PayloadHash
            ? StoredJson.Text(HallmarkMember.Of(StoredJson.TryParseObject(record.Span)), HallmarkMember.Store)
            : null;

    private static string? Follows(LoggedEntry entry) =>
        entry.Record is { } record
            ? StoredJson.Text(HallmarkMember.Of(StoredJson.TryParseObject(record.Span))?[HallmarkMember.Previous], "event_id")
            : null;
}
