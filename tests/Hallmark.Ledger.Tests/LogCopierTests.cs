using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Events;
using Hallmark.Ledger.Storage;
using Hallmark.Ledger.Verification;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>SQLite's log is copied into the database's file while appends go on: it is begun anew again and again, and does not grow with what is appended.</summary>
public sealed class LogCopierTests : IDisposable
{
    private const int RecordSize = 64 << 10;
    private const int Batch = 16;
    private const int Batches = 125;
    private const int WhileRead = 48;
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task The_log_stays_short_however_much_is_appended()
    {
        var longest = 0L;
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            for (var i = 0; i < Batches; i++)
            {
                await AppendAsync(ledger, i);
                longest = Math.Max(longest, SizeOf("ledger.db-wal"));
            }

            // Twice as much as the log may hold was appended: the rest is in the file already.
            Assert.True(longest < 48 << 20, $"the log had {longest} bytes");
            Assert.True(SizeOf("ledger.db") > 64 << 20, $"the file had {SizeOf("ledger.db")} bytes");
        }

        Assert.Equal(Batch * Batches, (await LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None)).EntryCount);
    }

    [Fact]
    public async Task A_reader_that_stays_holds_up_no_append_and_once_it_is_gone_the_log_is_begun_anew()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await AppendAsync(ledger, 0);
        using (var reader = Sqlite.SqliteSession.Open(Path.Combine(Folder, "ledger.db"), Sqlite.SqliteAccess.Read, TimeSpan.FromMinutes(2)))
        {
            reader.Execute("BEGIN");
            Assert.Equal(Batch, reader.ReadNumber("SELECT count(*) FROM entry"));
            for (var i = 1; i < WhileRead; i++)
            {
                await AppendAsync(ledger, i);
            }

            Assert.Equal(Batch, reader.ReadNumber("SELECT count(*) FROM entry"));
        }

        var before = SizeOf("ledger.db-wal");
        Assert.True(before > WhileRead * Batch * RecordSize, $"the log had {before} bytes, and the reader needs all of it");
        for (var i = WhileRead; i < 2 * WhileRead; i++)
        {
            await AppendAsync(ledger, i);
        }

        Assert.True(SizeOf("ledger.db-wal") < before + (40 << 20), $"the log had {before} bytes and has {SizeOf("ledger.db-wal")} now");
        Assert.True(SizeOf("ledger.db") > WhileRead * Batch * RecordSize, $"the file had {SizeOf("ledger.db")} bytes");
        Assert.Equal(2 * WhileRead * Batch, ledger.Count);
    }

    [Fact]
    public async Task The_log_is_copied_without_the_writing_threads_help()
    {
        await (await TestLedger.OpenAsync(Folder)).DisposeAsync();
        var folder = new LedgerFolder(Folder);
        using var writing = LedgerDatabase.OpenForWriting(folder);
        writing.WatchLog();
        using var copier = new LogCopier(folder, writing);
        writing.Execute(
            "WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 511) INSERT INTO entry "
                + "(idx, leaf, event_id, payload_hash, logged_at, envelope, record) SELECT i, x'', '', x'', 0, x'', zeroblob(65536) FROM n"
        );
        Assert.InRange(SizeOf("ledger.db"), 1, 1 << 20);
        copier.Look();
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (SizeOf("ledger.db") < 512 * RecordSize)
        {
            await Task.Delay(5, late.Token);
        }
    }

    private static async Task AppendAsync(EventLedger ledger, int batch)
    {
        var events = Enumerable.Range(Batch * batch, Batch).Select(i => Large(i.ToString(CultureInfo.InvariantCulture))).ToList();
        Assert.All(await ledger.AppendAllAsync(events, CancellationToken.None), outcome => Assert.True(outcome.IsLogged));
    }

    private static EventSubmission Large(string id)
    {
        var record = Encoding.UTF8.GetBytes($"{{\"name\":\"{id}\",\"padding\":\"{new string('x', RecordSize)}\"}}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(record));
        return TestLedger.Event(id) with
        {
            Envelope = Encoding.UTF8.GetBytes($"{{\"event_id\":\"{id}\",\"event_type\":\"test\",\"payload_hash\":\"{hash}\"}}"),
            Record = record,
            PayloadHash = hash,
        };
    }

    private long SizeOf(string name) => new FileInfo(Path.Combine(Folder, name)).Length;
}
