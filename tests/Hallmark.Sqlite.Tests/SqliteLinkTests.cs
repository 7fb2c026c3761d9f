using System.Diagnostics;
using System.Text;
using Hallmark.Testing;

namespace Hallmark.Sqlite.Tests;

/// <summary>
/// One database by several names. POSIX takes back all locks of a process on a file when any of its handles is closed, so a look at a file that is open already, by whatever name,
/// lets go of SQLite's locks.
/// </summary>
public sealed class SqliteLinkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TemporaryFolder _folder = new();
    private int _looked;

    private string Database => _folder.File("kept/ledger.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>Names that lead to the database: the file linked, its folder linked, a chain of links, a link with <c>..</c> behind a linked folder.</summary>
    public static TheoryData<string> Names() => ["link.db", "folder/ledger.db", "chain.db", "folder/../beside.db", "up.db"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_open_already_is_not_looked_at_by_another_name(string name)
    {
        using var first = Create();
        Link();
        using (Open(name))
        {
            Assert.Equal(0, _looked);
        }

        // The one by the link is closed, and the first one still has the file.
        Open(name).Dispose();
        Open("kept/ledger.db").Dispose();
        Assert.Equal(0, _looked);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_open_by_a_link_is_not_looked_at_by_its_own_name_until_it_is_closed(string name)
    {
        Create().Dispose();
        Link();
        using (Open(name))
        {
            Assert.Equal(1, _looked);
            Open("kept/ledger.db").Dispose();
            Assert.Equal(1, _looked);
        }

        Open("kept/ledger.db").Dispose();
        Assert.Equal(2, _looked);
    }

    [Fact]
    public void A_file_that_was_made_through_a_link_that_led_nowhere_is_known_by_its_own_name()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Database)!);
        Link();
        using var made = SqliteSession.Open(Path.Combine(_folder.Path, "link.db"), SqliteAccess.Create, Patience);
        made.Execute("CREATE TABLE t (n)");
        Assert.True(File.Exists(Database));
        using (Open("kept/ledger.db"))
        {
            Open("link.db").Dispose();
        }

        Assert.Equal(0, _looked);
    }

    [Fact]
    public void Two_databases_of_one_name_in_two_folders_are_two()
    {
        Create().Dispose();
        File.Copy(Database, _folder.File("other/ledger.db"));
        using (Open("kept/ledger.db"))
        {
            Open("other/ledger.db").Dispose();
        }

        Assert.Equal(2, _looked);
    }

    [Fact]
    public void Links_in_a_circle_are_a_failure_and_leave_nothing_behind()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.CreateSymbolicLink(Path.Combine(_folder.Path, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "b"), "a");
        foreach (var access in Enum.GetValues<SqliteAccess>())
        {
            var failure = Assert.Throws<SqliteFailureException>(() =>
                SqliteSession.Open(Path.Combine(_folder.Path, "a"), access, Patience)
            );
            Assert.True(failure.IsCannotOpen, failure.Message);
        }

        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public void A_link_that_was_turned_to_another_file_meanwhile_is_looked_at_anew_and_both_are_let_go_of()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Create().Dispose();
        Link();
        File.Copy(Database, _folder.File("other/ledger.db"));
        var link = Path.Combine(_folder.Path, "link.db");
        using (Open("link.db"))
        {
            File.Delete(link);
            File.CreateSymbolicLink(link, "other/ledger.db");
            Open("link.db").Dispose();
            Assert.Equal(2, _looked);
            Open("kept/ledger.db").Dispose();
            Assert.Equal(2, _looked);
        }

        Open("kept/ledger.db").Dispose();
        Assert.Equal(3, _looked);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(3_000)]
    public void A_path_of_any_length_that_the_system_takes_is_one_file_with_and_without_links(int length)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var deep = _folder.Path;
        while (Encoding.UTF8.GetByteCount(deep) < length)
        {
            deep = Path.Combine(deep, new string('ü', 40));
        }

        // SQLite's own limit of a path is 512 bytes unless it was built otherwise: a longer one is its refusal, and no crash of ours.
        Directory.CreateDirectory(deep);
        try
        {
            using var session = SqliteSession.Open(Path.Combine(deep, "ledger.db"), SqliteAccess.Create, Patience);
            session.Execute("CREATE TABLE t (n)");
            Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "short"), deep);
            Open("short/ledger.db").Dispose();
            Assert.Equal(0, _looked);
        }
        catch (SqliteFailureException failure)
        {
            Assert.True(failure.IsCannotOpen, failure.Message);
        }
    }

    /// <summary>What all of this is for: another process must not get a lock that this one holds.</summary>
    [PeerFact("python3")]
    public async Task A_lock_that_is_held_stays_held_while_the_file_is_opened_by_a_link()
    {
        using var writer = Create();
        Link();
        writer.Execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
        Open("link.db").Dispose();
        Open("folder/ledger.db").Dispose();
        Assert.Equal("database is locked", await WriteElsewhereAsync());
        writer.Execute("COMMIT");
        Assert.Equal("written", await WriteElsewhereAsync());
        Assert.Equal(2, writer.ReadNumber("SELECT count(*) FROM t"));
    }

    private async Task<string> WriteElsewhereAsync()
    {
        const string Script = """
            import sqlite3, sys
            try:
                c = sqlite3.connect(sys.argv[1], timeout=0)
                c.execute("INSERT INTO t VALUES (2)")
                c.commit()
                print("written")
            except sqlite3.OperationalError as e:
                print(e)
            """;
        using var process = Process.Start(
            new ProcessStartInfo(PeerFactAttribute.FindProgram("python3")!, ["-c", Script, Database])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said.Trim();
    }

    private SqliteSession Create()
    {
        var session = SqliteSession.Open(Database, SqliteAccess.Create, Patience);
        session.Execute("CREATE TABLE IF NOT EXISTS t (n)");
        return session;
    }

    // Opens and closes the file on the way, as a look at its header does.
    private SqliteSession Open(string name)
    {
        var path = _folder.Path + "/" + name;
        return SqliteSession.Open(
            path,
            SqliteAccess.Write,
            Patience,
            () =>
            {
                _looked++;
                using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
        );
    }

    private void Link()
    {
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link.db"), Database);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "chain.db"), "link.db");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "beside.db"), "kept/ledger.db");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "folder"), "kept");

        // Behind the linked folder ".." is the parent of where it leads, not of the link.
        Directory.CreateSymbolicLink(_folder.File("far/away"), Path.Combine(_folder.Path, "kept"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "up.db"), "far/away/../kept/ledger.db");
    }
}
