using Hallmark.Testing;

namespace Hallmark.Sqlite.Tests;

/// <summary>A database in trouble: a full disk, a damaged page, a lock in the middle of a transaction, a session that was closed. What was committed stays, and what failed is said to have failed.</summary>
public sealed class SqliteTroubleTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TemporaryFolder _folder = new();

    private string Database => Path.Combine(_folder.Path, "trouble.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>SQLite's own bound of the file's size stands for the disk's: it refuses in the same place with the same code.</summary>
    [Theory]
    [InlineData("DELETE")]
    [InlineData("WAL")]
    public void A_full_disk_fails_the_write_and_keeps_what_was_committed(string journal)
    {
        using var session = Create($"PRAGMA journal_mode={journal}; CREATE TABLE t (b BLOB); INSERT INTO t VALUES (x'01')");
        session.Execute("PRAGMA max_page_count=8");
        session.Execute("BEGIN");
        var insert = session.Prepare("INSERT INTO t VALUES (?)");
        var failure = Assert.Throws<SqliteFailureException>(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                insert.Bind(1, new byte[4_000]).Run();
            }
        });
        Assert.Equal(13, failure.Code & 0xFF);
        Assert.False(failure.IsDamaged || failure.IsCannotOpen);
        Assert.Contains("full", failure.Message, StringComparison.Ordinal);
        session.TakeBack();
        Assert.Equal(1, session.ReadNumber("SELECT count(*) FROM t"));
        session.Execute("PRAGMA max_page_count=1000");
        insert.Bind(1, [2]).Run();
        Assert.Equal(2, session.ReadNumber("SELECT count(*) FROM t"));
        Assert.Equal("ok", session.ReadText("PRAGMA integrity_check"));
    }

    [Fact]
    public void A_damaged_page_is_damage_when_it_is_read_and_the_file_stays_as_it_is()
    {
        Fill(2_000);
        var bytes = File.ReadAllBytes(Database);
        for (var at = 4096; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x5A;
        }

        File.WriteAllBytes(Database, bytes);
        using (var session = SqliteSession.Open(Database, SqliteAccess.Write, Patience))
        {
            var rows = session.Prepare("SELECT n, s FROM t ORDER BY n");
            var failure = Assert.Throws<SqliteFailureException>(() =>
            {
                while (rows.Step())
                {
                    _ = rows.GetText(1);
                }
            });
            Assert.True(failure.IsDamaged, failure.Message);

            // The statement is reset, and the session still answers what lies elsewhere.
            Assert.Equal(1, session.ReadNumber("SELECT count(*) FROM sqlite_master WHERE name='t'"));
        }

        Assert.Equal(bytes, File.ReadAllBytes(Database));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(4097)]
    public void A_file_that_was_cut_is_damaged_or_empty_and_never_read_as_whole(int length)
    {
        Fill(2_000);
        File.WriteAllBytes(Database, File.ReadAllBytes(Database)[..length]);
        using var session = SqliteSession.Open(Database, SqliteAccess.Read, Patience);
        Assert.True(Assert.Throws<SqliteFailureException>(() => session.ReadNumber("SELECT count(*) FROM t")).IsDamaged);
    }

    [Fact]
    public void Who_read_before_another_wrote_is_refused_at_once_and_not_after_the_wait()
    {
        using var first = Create("PRAGMA journal_mode=WAL; CREATE TABLE t (n)");
        using var second = SqliteSession.Open(Database, SqliteAccess.Write, TimeSpan.FromMinutes(10));
        second.Execute("BEGIN");
        Assert.Equal(0, second.ReadNumber("SELECT count(*) FROM t"));
        first.Execute("INSERT INTO t VALUES (1)");

        // Waiting would never help: what was read is old. The wait of ten minutes must not be spent on it.
        var failure = Assert.Throws<SqliteFailureException>(() => second.Execute("INSERT INTO t VALUES (2)"));
        Assert.Equal(5 | (2 << 8), failure.Code); // SQLITE_BUSY_SNAPSHOT
        Assert.Equal((true, 0L), (second.IsInTransaction, second.ReadNumber("SELECT count(*) FROM t")));
        second.Execute("ROLLBACK; BEGIN IMMEDIATE; INSERT INTO t VALUES (2); COMMIT");
        Assert.Equal(2, first.ReadNumber("SELECT count(*) FROM t"));
    }

    [Fact]
    public void What_was_not_committed_is_gone_when_the_session_is_closed()
    {
        using (var session = Create("CREATE TABLE t (n); INSERT INTO t VALUES (1)"))
        {
            session.Execute("BEGIN; INSERT INTO t VALUES (2)");
            Assert.Equal(2, session.ReadNumber("SELECT count(*) FROM t"));
        }

        using var again = SqliteSession.Open(Database, SqliteAccess.Read, Patience);
        Assert.Equal(1, again.ReadNumber("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_closed_session_refuses_every_use_and_is_closed_once()
    {
        var session = Create("CREATE TABLE t (n)");
        var insert = session.Prepare("INSERT INTO t VALUES (?)");
        session.Dispose();
        session.Dispose();
        Assert.ThrowsAny<Exception>(() => insert.Bind(1, 1));
        Assert.ThrowsAny<Exception>(() => insert.Step());
        Assert.ThrowsAny<Exception>(() => session.Execute("INSERT INTO t VALUES (1)"));
        Assert.ThrowsAny<Exception>(() => session.ReadText("SELECT 1"));
        using var again = SqliteSession.Open(Database, SqliteAccess.Write, Patience);
        Assert.Equal(0, again.ReadNumber("SELECT count(*) FROM t"));
    }

    [Fact]
    public void The_file_is_looked_at_only_while_no_session_of_this_process_has_it()
    {
        var looked = 0;
        Create("CREATE TABLE t (n)").Dispose();
        using (Open())
        {
            using (Open())
            {
                Assert.Equal(1, looked);
            }

            using (Open())
            {
                Assert.Equal(1, looked);
            }
        }

        Open().Dispose();
        Assert.Equal(2, looked);

        SqliteSession Open() => SqliteSession.Open(Database, SqliteAccess.Read, Patience, () => looked++);
    }

    [Fact]
    public void A_look_that_refuses_leaves_the_file_to_the_next_one()
    {
        Create("CREATE TABLE t (n)").Dispose();
        Assert.Throws<InvalidDataException>(() =>
            SqliteSession.Open(Database, SqliteAccess.Read, Patience, () => throw new InvalidDataException("not ours"))
        );
        var looked = 0;
        SqliteSession.Open(Database, SqliteAccess.Read, Patience, () => looked++).Dispose();
        Assert.Equal(1, looked);
    }

    [Fact]
    public void A_folder_in_the_place_of_a_database_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(Database);
        foreach (var access in Enum.GetValues<SqliteAccess>())
        {
            Assert.Throws<SqliteFailureException>(() =>
            {
                using var session = SqliteSession.Open(Database, access, Patience);
                session.ReadText("SELECT name FROM sqlite_master");
            });
        }

        Assert.Empty(Directory.GetFileSystemEntries(Database));
    }

    [Fact]
    public void A_number_that_does_not_fit_and_text_that_is_none_are_read_as_zero_and_marked_as_no_numbers()
    {
        using var session = Create("CREATE TABLE t (v); INSERT INTO t VALUES (9223372036854775808), ('12'), (x'ff'), (1.5), (NULL)");
        var rows = session.Prepare("SELECT v FROM t ORDER BY rowid");
        while (rows.Step())
        {
            Assert.False(rows.IsNumber(0));
        }

        Assert.Equal(0, session.ReadNumber("SELECT 9223372036854775808"));
        Assert.Equal(long.MinValue, session.ReadNumber("SELECT -9223372036854775807 - 1"));
    }

    private SqliteSession Create(string sql)
    {
        var session = SqliteSession.Open(Database, SqliteAccess.Create, Patience);
        session.Execute(sql);
        return session;
    }

    private void Fill(int rows)
    {
        using var session = Create("CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT)");
        session.Execute("BEGIN");
        var insert = session.Prepare("INSERT INTO t VALUES (?, ?)");
        for (var i = 0; i < rows; i++)
        {
            insert.Bind(1, i).Bind(2, new string('x', 200)).Run();
        }

        session.Execute("COMMIT");
    }
}
