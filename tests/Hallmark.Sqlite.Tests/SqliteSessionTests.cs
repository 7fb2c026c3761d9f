using Hallmark.Testing;
using Microsoft.Data.Sqlite;

namespace Hallmark.Sqlite.Tests;

/// <summary>The thin layer over SQLite: what is bound comes back, what SQLite refuses is a failure of ours, and nothing is made that nobody asked for.</summary>
public sealed class SqliteSessionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TemporaryFolder _folder = new();

    private string Database => Path.Combine(_folder.Path, "a database with #?% ü.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_bound_comes_back_unchanged()
    {
        using var session = Create("CREATE TABLE t (n INTEGER, s TEXT, b BLOB)");
        var texts = new[] { "", "a", "ü😀\uffff", "line\nbreak", new string('x', 100_000) };
        var blobs = new[] { [], new byte[] { 0 }, [0, 255, 0], new byte[70_000] };
        var numbers = new[] { 0, 1, -1, long.MaxValue, long.MinValue };
        var insert = session.Prepare("INSERT INTO t VALUES (?, ?, ?)");
        for (var i = 0; i < 5; i++)
        {
            insert.Bind(1, numbers[i]).Bind(2, texts[i]).Bind(3, blobs[i % 4]);
            insert.Run();
            Assert.Equal(1, session.Changes);
        }

        var rows = session.Prepare("SELECT n, s, b FROM t ORDER BY rowid");
        for (var i = 0; i < 5; i++)
        {
            Assert.True(rows.Step());
            Assert.Equal(numbers[i], rows.GetNumber(0));
            Assert.Equal(texts[i], rows.GetText(1));
            Assert.Equal(blobs[i % 4], rows.GetBytes(2).ToArray());
            Assert.Equal(blobs[i % 4].Length, rows.GetSize(2));
            Assert.True(rows.IsNumber(0) && !rows.IsNumber(1));
            Assert.False(rows.IsNull(0) || rows.IsNull(1) || rows.IsNull(2));
        }

        Assert.False(rows.Step());
    }

    [Fact]
    public void Nothing_is_NULL_and_no_bytes_are_none()
    {
        using var session = Create("CREATE TABLE t (s TEXT, b BLOB)");
        session.Prepare("INSERT INTO t VALUES (?, ?)").Bind(1, (string?)null).BindNull(2).Run();
        session.Prepare("INSERT INTO t VALUES (?, ?)").Bind(1, "").Bind(2, []).Run();
        var rows = session.Prepare("SELECT s, b FROM t ORDER BY rowid");
        Assert.True(rows.Step());
        Assert.True(rows.IsNull(0) && rows.IsNull(1));
        Assert.Null(rows.GetText(0));
        Assert.Equal((0L, 0), (rows.GetNumber(1), rows.GetSize(1)));
        Assert.True(rows.GetBytes(1).IsEmpty);
        Assert.True(rows.Step());
        Assert.False(rows.IsNull(0) || rows.IsNull(1));
        Assert.Equal("", rows.GetText(0));
    }

    /// <summary>A value that looks like SQL is a value.</summary>
    [Fact]
    public void A_bound_text_is_never_part_of_the_statement()
    {
        using var session = Create("CREATE TABLE t (s TEXT)");
        const string Hostile = "'); DROP TABLE t; --";
        session.Prepare("INSERT INTO t VALUES (?)").Bind(1, Hostile).Run();
        Assert.Equal(Hostile, session.ReadText("SELECT s FROM t"));
        Assert.Equal(1, session.ReadNumber("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_statement_that_was_reset_or_failed_is_good_again()
    {
        using var session = Create("CREATE TABLE t (n INTEGER UNIQUE)");
        var insert = session.PrepareCached("INSERT INTO t VALUES (?)");
        Assert.Same(insert, session.PrepareCached("INSERT INTO t VALUES (?)"));
        insert.Bind(1, 5).Run();
        var failure = Assert.Throws<SqliteFailureException>(() => insert.Bind(1, 5).Run());
        Assert.Equal(19, failure.Code & 0xFF);
        Assert.False(failure.IsDamaged || failure.IsCannotOpen);
        insert.Bind(1, 6).Run();
        var rows = session.PrepareCached("SELECT n FROM t ORDER BY n");
        Assert.True(rows.Step());
        rows.Reset();
        Assert.True(rows.Step());
        Assert.Equal(5, rows.GetNumber(0));
        rows.Run();
    }

    [Fact]
    public void A_question_without_an_answer_is_null_or_zero()
    {
        using var session = Create("CREATE TABLE t (n)");
        Assert.Null(session.ReadText("SELECT n FROM t"));
        Assert.Equal(0, session.ReadNumber("SELECT n FROM t"));
        Assert.Equal(0, session.ReadNumber("SELECT max(n) FROM t"));
        Assert.Equal(-3, session.ReadNumber("SELECT -3"));
    }

    [Theory]
    [InlineData("SELEC 1")]
    [InlineData("SELECT * FROM no_such_table")]
    [InlineData("INSERT INTO t VALUES (1, 2, 3)")]
    public void A_statement_that_does_not_fit_is_a_failure_with_SQLites_words(string sql)
    {
        using var session = Create("CREATE TABLE t (n)");
        foreach (var run in new Action[] { () => session.Prepare(sql), () => session.Execute(sql), () => session.ReadText(sql) })
        {
            var failure = Assert.Throws<SqliteFailureException>(run);
            Assert.StartsWith("SQLite: ", failure.Message, StringComparison.Ordinal);
            Assert.True(failure.IsDamaged, "a schema other than the expected one");
        }
    }

    [Fact]
    public void A_transaction_is_seen_and_taken_back()
    {
        using var session = Create("CREATE TABLE t (n)");
        Assert.False(session.IsInTransaction);
        session.Execute("BEGIN; INSERT INTO t VALUES (1)");
        Assert.True(session.IsInTransaction);
        session.TakeBack();
        Assert.Equal((false, 0L), (session.IsInTransaction, session.ReadNumber("SELECT count(*) FROM t")));

        // Where none is open there is nothing to take back.
        session.Execute("INSERT INTO t VALUES (2)");
        session.TakeBack();
        Assert.Equal(1, session.ReadNumber("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData(SqliteAccess.Read)]
    [InlineData(SqliteAccess.ReadImmutable)]
    [InlineData(SqliteAccess.Write)]
    public void A_missing_database_is_made_only_where_that_was_asked_for(SqliteAccess access)
    {
        var failure = Assert.Throws<SqliteFailureException>(() => SqliteSession.Open(Database, access, Patience));
        Assert.True(failure.IsCannotOpen);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(SqliteAccess.Read)]
    [InlineData(SqliteAccess.ReadImmutable)]
    public void A_session_to_read_cannot_write(SqliteAccess access)
    {
        Create("CREATE TABLE t (n); INSERT INTO t VALUES (1)").Dispose();
        using var session = SqliteSession.Open(Database, access, Patience);
        Assert.Equal(1, session.ReadNumber("SELECT n FROM t"));
        var failure = Assert.Throws<SqliteFailureException>(() => session.Execute("INSERT INTO t VALUES (2)"));
        Assert.True(failure.IsCannotOpen, "8, read only");
        Assert.Equal([Database], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_file_that_is_no_database_is_damaged_and_left_as_it_is()
    {
        var noise = Enumerable.Range(0, 5000).Select(i => unchecked((byte)(i * 31))).ToArray();
        File.WriteAllBytes(Database, noise);
        var failure = Assert.Throws<SqliteFailureException>(() =>
        {
            using var session = SqliteSession.Open(Database, SqliteAccess.Write, Patience);
            session.ReadNumber("SELECT count(*) FROM sqlite_master");
        });
        Assert.True(failure.IsDamaged);
        Assert.Equal(noise, File.ReadAllBytes(Database));
    }

    [Fact]
    public void A_locked_database_is_busy_after_the_wait_and_free_afterwards()
    {
        using var first = Create("CREATE TABLE t (n)");
        using var second = SqliteSession.Open(Database, SqliteAccess.Write, TimeSpan.FromMilliseconds(20));
        first.Execute("BEGIN IMMEDIATE");
        var failure = Assert.Throws<SqliteFailureException>(() => second.Execute("BEGIN IMMEDIATE"));
        Assert.Equal(5, failure.Code & 0xFF);
        Assert.False(failure.IsDamaged || failure.IsCannotOpen);
        first.Execute("COMMIT");
        second.Execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT");
        Assert.Equal(1, first.ReadNumber("SELECT count(*) FROM t"));
    }

    /// <summary>A database from elsewhere may hold views and triggers: what they call is not run with our trust.</summary>
    [Fact]
    public void A_schema_of_somebody_else_is_not_trusted()
    {
        using var session = Create("CREATE TABLE t (n)");
        Assert.Equal(0, session.ReadNumber("PRAGMA trusted_schema"));
        Assert.Equal(1, session.ReadNumber("PRAGMA cell_size_check"));
        Assert.Throws<SqliteFailureException>(() =>
            session.Execute("CREATE VIEW v AS SELECT load_extension('/tmp/nothing.so'); SELECT * FROM v")
        );
    }

    [Fact]
    public void A_connection_by_ADO_NET_waits_at_least_a_second_and_keeps_its_mode()
    {
        using (var made = SqliteDatabase.Open(Database, SqliteOpenMode.ReadWriteCreate, TimeSpan.FromMilliseconds(1)))
        {
            Assert.Equal(1, made.DefaultTimeout);
            using var command = made.CreateCommand();
            command.CommandText = "CREATE TABLE t (n)";
            command.ExecuteNonQuery();
        }

        using var reading = SqliteDatabase.Open(Database, SqliteOpenMode.ReadOnly, TimeSpan.FromSeconds(7));
        Assert.Equal(7, reading.DefaultTimeout);
        using var write = reading.CreateCommand();
        write.CommandText = "INSERT INTO t VALUES (1)";
        Assert.Throws<SqliteException>(() => write.ExecuteNonQuery());
        Assert.Throws<SqliteException>(() => SqliteDatabase.Open(Database + ".missing", SqliteOpenMode.ReadOnly, Patience));
        Assert.False(File.Exists(Database + ".missing"));
    }

    [Fact]
    public void Many_sessions_on_many_threads_read_one_database()
    {
        using (var session = Create("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
        {
            session.Execute("BEGIN");
            var insert = session.Prepare("INSERT INTO t VALUES (?)");
            for (var i = 0; i < 1000; i++)
            {
                insert.Bind(1, i).Run();
            }

            session.Execute("COMMIT");
        }

        Parallel.For(
            0,
            32,
            _ =>
            {
                using var session = SqliteSession.Open(Database, SqliteAccess.Read, Patience);
                Assert.Equal(499_500, session.ReadNumber("SELECT sum(n) FROM t"));
            }
        );
    }

    [Fact]
    public void A_log_that_is_watched_grows_until_it_is_copied_and_is_then_begun_anew()
    {
        using var session = Create("PRAGMA journal_mode=WAL; CREATE TABLE t (b BLOB)");
        Assert.Equal(0, session.LogPages);
        session.WatchLog();
        var insert = session.Prepare("INSERT INTO t VALUES (zeroblob(1000000))");
        for (var i = 0; i < 20; i++)
        {
            insert.Run();
        }

        // SQLite's own limit, 1,000 pages, was passed several times.
        Assert.InRange(session.LogPages, 20_000_000 / 4_096, 25_000_000 / 4_096);
        using (var other = SqliteSession.Open(Database, SqliteAccess.Write, Patience))
        {
            Assert.Equal(0, other.LogPages);
            Assert.Equal(session.LogPages, other.CopyLog());
        }

        insert.Run();
        Assert.InRange(session.LogPages, 1, 2_000_000 / 4_096);
        Assert.Equal(session.LogPages, session.CopyLog());
        Assert.Equal(21, session.ReadNumber("SELECT count(*) FROM t"));
    }

    private SqliteSession Create(string sql)
    {
        var session = SqliteSession.Open(Database, SqliteAccess.Create, Patience);
        session.Execute(sql);
        return session;
    }
}
