using System.Buffers.Binary;
using System.Globalization;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Storage;
using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>
/// A ledger as versions 1 and 2 wrote it: with no number of entries that the lookup table holds, since it held all below the newest checkpoint; as version 1, with four rows for
/// each entry with a subject. Version 2 leaves out those that follow from others.
/// </summary>
public sealed class EarlierVersionTests : IAsyncLifetime, IDisposable
{
    private const int Entries = 300;
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    private string Database => Path.Combine(Folder, "ledger.db");

    public async Task InitializeAsync()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await AppendAsync(ledger, 0, Entries);
        }

        using var session = Open(SqliteAccess.Write);
        for (var i = 0; i < Entries; i++)
        {
            var leaf = LookupKey.Of(MerkleHash.Leaf(TestLedger.Event(Id(i)).Envelope.Span));
            var subject = LookupKey.Of(SubjectOf(i));
            session.Execute(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT OR IGNORE INTO lookup (kind, key, idx) VALUES (3, {subject}, {i}), (4, {leaf}, {i})"
                )
            );
        }

        session.Execute("DELETE FROM meta WHERE key = 'indexed'");
        SetVersion(session, 1);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_ledger_of_an_earlier_version_is_read_and_verified_as_it_is(int version)
    {
        MakeVersion(version);
        using (var reader = LedgerReader.Open(Folder))
        {
            await AssertAnswersAsync(reader, Entries);
        }

        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
        Assert.Equal(version, VersionOfFile());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_ledger_of_an_earlier_version_goes_on_as_version_3_and_answers_the_same(int version)
    {
        MakeVersion(version);
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await AppendAsync(ledger, Entries, 2 * Entries);
            Assert.Equal(7, (await ledger.AppendAsync(TestLedger.Event(Id(7), SubjectOf(7)), CancellationToken.None)).Index);
            await AssertAnswersAsync(ledger.Reader, 2 * Entries);
            await ledger.PublishAsync(CancellationToken.None);
            await AssertAnswersAsync(ledger.Reader, 2 * Entries);
        }

        Assert.Equal(3, VersionOfFile());
        var verification = await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);
        Assert.Null(verification.FirstFault);
        Assert.Equal(2 * Entries, verification.EntryCount);
    }

    [Fact]
    public async Task The_version_gets_into_the_file_at_the_next_opening_where_somebody_read_an_older_state_at_the_first()
    {
        MakeVersion(2);
        using var reader = Open(SqliteAccess.Read);
        reader.Execute("BEGIN");
        Assert.Equal(2, reader.ReadNumber("PRAGMA user_version"));
        await using (await TestLedger.OpenAsync(Folder))
        {
            Assert.Equal(2, VersionOfFile());
        }

        reader.Execute("COMMIT");
        await using (await TestLedger.OpenAsync(Folder))
        {
            Assert.Equal(3, VersionOfFile());
        }
    }

    [Fact]
    public async Task An_entry_whose_subject_and_envelope_name_its_event_id_has_two_rows_in_the_lookup_table()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await AppendAsync(ledger, Entries, Entries + 2);
            await ledger.AppendAsync(TestLedger.Event("x") with { Envelope = "no JSON"u8.ToArray() }, CancellationToken.None);
        }

        using var session = Open(SqliteAccess.Read);
        Assert.Equal(2, RowsOf(session, Entries));
        Assert.Equal(3, RowsOf(session, Entries + 1)); // its subject names something else
        Assert.Equal(3, RowsOf(session, Entries + 2)); // its envelope names nothing
        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
    }

    // Even ones have a subject that is their own id; odd ones share theirs.
    private static string SubjectOf(int i) => i % 2 == 0 ? "prediction:" + Id(i) : "run:shared";

    private static string Id(int i) => string.Create(CultureInfo.InvariantCulture, $"0:{i}");

    private static async Task AppendAsync(EventLedger ledger, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await ledger.AppendAsync(TestLedger.Event(Id(i), SubjectOf(i)), CancellationToken.None);
        }
    }

    private static async Task AssertAnswersAsync(LedgerReader reader, int count)
    {
        foreach (var i in new[] { 0, 1, 2, 257, count - 2, count - 1 })
        {
            var found = await reader.FindByEventIdAsync(Id(i), CancellationToken.None);
            Assert.Equal(i, found?.Index);
            Assert.Contains(
                await reader.FindByPayloadHashAsync(TestLedger.HashOf(Id(i)), CancellationToken.None),
                entry => entry.Index == i
            );
        }

        Assert.Equal([258L], (await reader.FindBySubjectAsync(SubjectOf(258), CancellationToken.None)).Select(entry => entry.Index));
        Assert.Equal(count / 2, (await reader.FindBySubjectAsync("run:shared", CancellationToken.None)).Count);
        Assert.Empty(await reader.FindBySubjectAsync("run:" + Id(258), CancellationToken.None));
        Assert.Empty(await reader.FindBySubjectAsync(Id(258), CancellationToken.None));
    }

    private void MakeVersion(int version)
    {
        using var session = Open(SqliteAccess.Write);
        if (version == 2)
        {
            session.Execute("DELETE FROM lookup WHERE kind = 4 OR (kind = 3 AND idx % 2 = 0)");
        }

        SetVersion(session, version);
    }

    private static void SetVersion(SqliteSession session, int version) =>
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}; PRAGMA wal_checkpoint(TRUNCATE)"));

    private static long RowsOf(SqliteSession session, int index) =>
        session.ReadNumber(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM lookup WHERE idx = {index}"));

    private SqliteSession Open(SqliteAccess access) => SqliteSession.Open(Database, access, TimeSpan.FromSeconds(10));

    private int VersionOfFile()
    {
        using var file = File.OpenHandle(Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var number = new byte[4];
        RandomAccess.Read(file, number, 60);
        return BinaryPrimitives.ReadInt32BigEndian(number);
    }
}
