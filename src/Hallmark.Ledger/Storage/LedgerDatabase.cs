using System.Buffers.Binary;
using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Core.Notes;
using Hallmark.Files;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>Makes and opens a ledger's database, and refuses files that are not one before SQLite gets to see them.</summary>
internal static class LedgerDatabase
{
    private const int HeaderSize = 100;
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes an empty database under a temporary name and puts it in its place whole.</summary>
    public static void Create(LedgerFolder folder, LedgerIdentity identity)
    {
        var temporary = Path.Combine(folder.Temporary, "new-ledger.db");
        using (var session = SqliteSession.Open(temporary, SqliteAccess.Create, BusyTimeout))
        {
            session.Execute($"PRAGMA page_size={LedgerSchema.PageSize}; PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; BEGIN");
            session.Execute(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"PRAGMA application_id={LedgerSchema.ApplicationId}; PRAGMA user_version={LedgerSchema.Version}"
                )
            );
            foreach (var statement in LedgerSchema.Objects.Values)
            {
                session.Execute(statement);
            }

            var meta = session.Prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
            meta.Bind(1, "origin").Bind(2, identity.Origin).Run();
            meta.Bind(1, "vkey").Bind(2, identity.Key.ToString()).Run();
            meta.Bind(1, "created").Bind(2, identity.CreatedAt.ToString("O", CultureInfo.InvariantCulture)).Run();
            session.Execute(IndexedSize.Insert);
            session.Execute("COMMIT; PRAGMA journal_mode=WAL");
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Move(temporary, folder.Database);
        DurableFolder.Sync(folder.Path);
    }

    /// <summary>Opens the database to read and write, every commit synced.</summary>
    public static SqliteSession OpenForWriting(LedgerFolder folder)
    {
        return Guard(
            folder,
            () =>
            {
                var version = 0;
                var session = SqliteSession.Open(
                    folder.Database,
                    SqliteAccess.Write,
                    BusyTimeout,
                    () => version = CheckHeader(folder.Database)
                );
                return Raise(
                    Configure(
                        session,
                        s =>
                            s.Execute(
                                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; PRAGMA cache_size=-32768"
                            )
                    ),
                    version
                );
            }
        );
    }

    /// <summary>Opens the database to copy its log, and nothing else.</summary>
    public static SqliteSession OpenForCopying(LedgerFolder folder) =>
        Guard(
            folder,
            () =>
            {
                var session = SqliteSession.Open(folder.Database, SqliteAccess.Write, BusyTimeout, () => CheckHeader(folder.Database));
                try
                {
                    session.Execute(
                        "PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; PRAGMA wal_autocheckpoint=0"
                    );
                    return session;
                }
                catch
                {
                    session.Dispose();
                    throw;
                }
            }
        );

    /// <summary>Opens the database to read. Works beside a writer, and in a folder that may not be written.</summary>
    public static SqliteSession OpenForReading(LedgerFolder folder)
    {
        return Guard(
            folder,
            () =>
            {
                try
                {
                    return Configure(
                        SqliteSession.Open(folder.Database, SqliteAccess.Read, BusyTimeout, () => CheckHeader(folder.Database)),
                        s => s.Execute("PRAGMA query_only=ON; PRAGMA cache_size=-8192")
                    );
                }
                catch (SqliteFailureException failure) when (failure.IsCannotOpen && !File.Exists(folder.Database + "-wal"))
                {
                    // In a read-only folder SQLite cannot make its shared-memory file; without a log beside it the file is complete as it lies.
                    return Configure(
                        SqliteSession.Open(folder.Database, SqliteAccess.ReadImmutable, BusyTimeout),
                        s => s.Execute("PRAGMA cache_size=-8192")
                    );
                }
            }
        );
    }

    /// <summary>Who the ledger is.</summary>
    public static LedgerIdentity ReadIdentity(LedgerFolder folder, SqliteSession session) =>
        Guard(
            folder,
            () =>
            {
                var values = new Dictionary<string, string>(StringComparer.Ordinal);
                var statement = session.Prepare("SELECT key, value FROM meta LIMIT 16");
                while (statement.Step())
                {
                    values[statement.GetText(0) ?? ""] = statement.GetText(1) ?? "";
                }

                return
                    values.TryGetValue("origin", out var origin)
                    && NoteVerifierKey.TryParse(values.GetValueOrDefault("vkey"), out var key)
                    && key.Name == origin
                    && DateTimeOffset.TryParseExact(
                        values.GetValueOrDefault("created"),
                        "O",
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.None,
                        out var created
                    )
                    ? new LedgerIdentity(origin, key, created)
                    : throw new LedgerFormatException(
                        $"the ledger {folder.Path} does not say who it is (origin, verifier key, time of making)"
                    );
            }
        );

    /// <summary>Turns SQLite's refusals into failures that a person can act on.</summary>
    /// <exception cref="LedgerFormatException">The database is damaged or no database.</exception>
    /// <exception cref="UnavailableException">The database cannot be read or written now.</exception>
    public static T Guard<T>(LedgerFolder folder, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteFailureException failure)
        {
            throw Translate(folder, failure);
        }
    }

    /// <inheritdoc cref="Guard{T}" />
    public static HallmarkException Translate(LedgerFolder folder, SqliteFailureException failure) =>
        failure.IsDamaged
            ? new LedgerFormatException(
                $"the ledger's database {folder.Database} is damaged: {failure.Message}",
                failure,
                "restore the ledger's folder from a backup"
            )
            : new UnavailableException(
                $"the ledger's database {folder.Database} cannot be used: {failure.Message}",
                failure,
                "see that the disk has room and that you may write the folder"
            );

    private static int CheckHeader(string path)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        int length;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            length = RandomAccess.Read(file, header, 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LedgerFormatException($"there is no ledger at {Path.GetDirectoryName(path)}", e, "make one with \"hallmark init\"");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"the ledger's database {path} cannot be read: {e.Message}", e);
        }

        if (
            length < HeaderSize
            || !header.StartsWith("SQLite format 3\0"u8)
            || BinaryPrimitives.ReadInt32BigEndian(header[68..]) != LedgerSchema.ApplicationId
        )
        {
            throw new LedgerFormatException($"{path} is not the database of a ledger");
        }

        var version = BinaryPrimitives.ReadInt32BigEndian(header[60..]);
        if (version is < LedgerSchema.OldestVersion or > LedgerSchema.Version)
        {
            throw new LedgerFormatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the ledger {path} has schema version {version}; this program knows versions {LedgerSchema.OldestVersion} to {LedgerSchema.Version}"
                ),
                "use the version of hallmark that made it"
            );
        }

        return version;
    }

    // An older program must not take missing lookup rows for damage: it refuses the new version. The header is read without the log, so the number goes into the file; where somebody
    // reads an older state it cannot yet, and does at the next opening.
    private static SqliteSession Raise(SqliteSession session, int versionOfFile)
    {
        try
        {
            if (session.ReadNumber("PRAGMA user_version") < LedgerSchema.Version)
            {
                session.Execute("BEGIN IMMEDIATE");
                session.Execute(IndexedSize.Insert);
                session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={LedgerSchema.Version}; COMMIT"));
            }

            if (versionOfFile < LedgerSchema.Version)
            {
                session.Execute("PRAGMA wal_checkpoint");
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static SqliteSession Configure(SqliteSession session, Action<SqliteSession> settings)
    {
        try
        {
            settings(session);
            CheckSchema(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // Exactly our tables: a trigger or a view added by somebody else would run inside our transactions.
    private static void CheckSchema(SqliteSession session)
    {
        var statement = session.Prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' LIMIT 64");
        var found = 0;
        string? fault = null;
        while (statement.Step())
        {
            found++;
            var name = statement.GetText(0) ?? "";
            if (!LedgerSchema.Objects.TryGetValue(name, out var sql) || statement.GetText(1) != sql)
            {
                fault ??= $"the ledger's database has an unexpected table, index, view or trigger \"{name}\"";
            }
        }

        if (fault is not null || found != LedgerSchema.Objects.Count)
        {
            throw new LedgerFormatException(fault ?? "the ledger's database lacks tables", "restore the ledger's folder from a backup");
        }
    }
}
