namespace Hallmark.Ledger.Storage;

/// <summary>The tables of the database, version 3. See docs/formats/ledger.md.</summary>
internal static class LedgerSchema
{
    /// <summary>SQLite's <c>application_id</c>: the letters <c>HMLG</c>.</summary>
    public const int ApplicationId = 0x484D4C47;

    /// <summary>Bytes of a page of a new database. Of the entries of predictions four go into one; SQLite's own 4096 would take two, and leave a third of it empty.</summary>
    public const int PageSize = 8_192;

    /// <summary>SQLite's <c>user_version</c>.</summary>
    public const int Version = 3;

    /// <summary>
    /// The oldest version that is opened; the tables are the same. Who opens one to write only has to say that from now on rows of the lookup table may be missing: since
    /// version 2 those that follow from others, since version 3 those of the newest entries, whether they are under a checkpoint or not (<see cref="IndexedSize"/>).
    /// </summary>
    public const int OldestVersion = 1;

    /// <summary>Every table and index with the statement that makes it, as <c>sqlite_schema</c> gives it back.</summary>
    public static IReadOnlyDictionary<string, string> Objects { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["meta"] = "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID",
            ["entry"] =
                "CREATE TABLE entry (idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, event_id TEXT NOT NULL, event_type TEXT, payload_hash BLOB NOT NULL, "
                + "subject TEXT, chain TEXT, logged_at INTEGER NOT NULL, envelope BLOB NOT NULL, record BLOB)",
            ["lookup"] =
                "CREATE TABLE lookup (kind INTEGER NOT NULL, key INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (kind, key, idx)) WITHOUT ROWID",
            ["chain"] = "CREATE TABLE chain (name TEXT PRIMARY KEY NOT NULL, idx INTEGER NOT NULL) WITHOUT ROWID",
            ["checkpoint"] =
                "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, root BLOB NOT NULL, note BLOB NOT NULL, published_at INTEGER NOT NULL)",
            ["outbox"] =
                "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, body BLOB NOT NULL, entry INTEGER, state INTEGER NOT NULL, "
                + "attempts INTEGER NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, last_error TEXT)",
            ["receipt"] =
                "CREATE TABLE receipt (id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL, anchor TEXT NOT NULL, tree_size INTEGER, state INTEGER NOT NULL, "
                + "prepared_at INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (digest, anchor))",
            ["receipt_by_anchor"] = "CREATE INDEX receipt_by_anchor ON receipt (anchor, state, prepared_at)",
            ["receipt_by_size"] = "CREATE INDEX receipt_by_size ON receipt (tree_size)",
            ["outbox_due"] = "CREATE INDEX outbox_due ON outbox (state, kind, due_at, id)",
        };
}
