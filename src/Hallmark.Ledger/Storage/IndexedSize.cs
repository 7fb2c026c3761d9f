using System.Globalization;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>How many entries the lookup table holds completely: those below this number are found by their rows, the others by reading them.</summary>
internal static class IndexedSize
{
    private const string Key = "indexed"; // in the table meta

    /// <summary>An expression for it. Before version 3 the table was complete below the newest checkpoint.</summary>
    public const string Expression =
        $"ifnull((SELECT CAST(value AS INTEGER) FROM meta WHERE key = '{Key}'), (SELECT ifnull(max(size), 0) FROM checkpoint))";

    /// <summary>Raises it to the parameter; what another process has noted meanwhile is not taken back.</summary>
    public const string Raise = $"UPDATE meta SET value = ?1 WHERE key = '{Key}' AND CAST(value AS INTEGER) < ?1";

    /// <summary>Notes it in a database that has none yet.</summary>
    public const string Insert = $"INSERT OR IGNORE INTO meta (key, value) SELECT '{Key}', ifnull(max(size), 0) FROM checkpoint";

    /// <summary>Reads it.</summary>
    /// <exception cref="LedgerDamagedException">It is more than there are entries.</exception>
    public static long Read(SqliteSession session)
    {
        var indexed = Read(session, out var fault);
        return fault is null ? indexed : throw new LedgerDamagedException(fault);
    }

    /// <summary>Reads it.</summary>
    /// <param name="session">A session to read with.</param>
    /// <param name="fault">What is wrong with it, or null.</param>
    public static long Read(SqliteSession session, out string? fault)
    {
        var row = session.PrepareCached($"SELECT {Expression}, (SELECT ifnull(max(idx) + 1, 0) FROM entry)");
        row.Step();
        var (indexed, entries) = (row.GetNumber(0), row.GetNumber(1));
        row.Reset();
        fault =
            indexed >= 0 && indexed <= entries
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"the ledger's lookup table is said to hold {indexed} entries, and its database has {entries}"
                );
        return indexed;
    }
}
