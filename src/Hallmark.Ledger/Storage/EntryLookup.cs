using Hallmark.Core.Events;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>Finds entries by what they are looked up by.</summary>
internal static class EntryLookup
{
    /// <summary>The entries of a subject, in order.</summary>
    public static List<LoggedEntry> FindBySubject(SqliteSession session, string subjectKey) =>
        Find(session, LookupKind.Subject, LookupKey.Of(subjectKey), "subject = ?3", row => row.Bind(3, subjectKey));

    /// <summary>The entries that a condition holds for, in order.</summary>
    // The lookup table covers at least what is published; the rest, about a second's work, is read through.
    public static List<LoggedEntry> Find(SqliteSession session, LookupKind kind, long key, string condition, Action<SqliteStatement> bind)
    {
        var rows = session.PrepareCached(
            $"SELECT {EntryRow.Columns} FROM entry WHERE {condition} AND idx IN (SELECT idx FROM lookup WHERE kind = ?1 AND key = ?2 "
                + $"UNION ALL SELECT idx FROM entry WHERE idx >= (SELECT ifnull(max(size), 0) FROM checkpoint) AND {condition}) ORDER BY idx"
        );
        rows.Bind(1, (long)kind).Bind(2, key);
        bind(rows);
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
