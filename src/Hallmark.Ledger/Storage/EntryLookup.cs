using Hallmark.Core.Events;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>Finds entries by what they are looked up by.</summary>
internal static class EntryLookup
{
    /// <summary>The entries of a subject, in order.</summary>
    public static List<LoggedEntry> FindBySubject(SqliteSession session, string subjectKey) =>
        Find(
            session,
            LookupKind.Subject,
            LookupKey.Of(subjectKey),
            "subject = ?3",
            row => row.Bind(3, subjectKey),
            DerivedSubject.FindEventId(subjectKey) is { } eventId ? LookupKey.Of(eventId) : null
        );

    /// <summary>The entries that a condition holds for, in order.</summary>
    /// <param name="session">A session to read with.</param>
    /// <param name="kind">What is looked up.</param>
    /// <param name="key">Its key.</param>
    /// <param name="condition">What must hold for the entry: the key is 64 bits only. Its parameter is the third.</param>
    /// <param name="bind">Binds that parameter.</param>
    /// <param name="eventIdKey">The key of an event id by which entries may be found too, or null.</param>
    // The lookup table covers the entries below a size; the rest, a second's work and under full load a few, is read through.
    public static List<LoggedEntry> Find(
        SqliteSession session,
        LookupKind kind,
        long key,
        string condition,
        Action<SqliteStatement> bind,
        long? eventIdKey = null
    )
    {
        var byEventId = eventIdKey is null ? "" : "UNION ALL SELECT idx FROM lookup WHERE kind = 1 AND key = ?4 ";
        var rows = session.PrepareCached(
            $"SELECT {EntryRow.Columns} FROM entry WHERE {condition} AND idx IN (SELECT idx FROM lookup WHERE kind = ?1 AND key = ?2 {byEventId}"
                + $"UNION ALL SELECT idx FROM entry WHERE idx >= {IndexedSize.Expression} AND {condition}) ORDER BY idx"
        );
        rows.Bind(1, (long)kind).Bind(2, key);
        bind(rows);
        if (eventIdKey is { } idKey)
        {
            rows.Bind(4, idKey);
        }

        var found = new List<LoggedEntry>();
        try
        {
            while (rows.Step())
            {
                found.Add(EntryRow.Read(rows).Entry);
            }
        }
        finally
        {
            rows.Reset();
        }

        return found;
    }
}
