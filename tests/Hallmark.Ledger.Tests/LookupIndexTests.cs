using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>Entries that are durable, under a checkpoint even, and that the lookup table does not hold yet: their rows are written apart from checkpoints.</summary>
public sealed class LookupIndexTests : IAsyncLifetime, IDisposable
{
    private const int Entries = 600;
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public async Task InitializeAsync()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        for (var i = 0; i < Entries; i += 2)
        {
            await ledger.AppendAsync($"event-{i}", "run:1");
            await ledger.AppendAsync(
                TestLedger.Event($"event-{i + 1}") with
                {
                    Envelope = EnvelopeWithoutId(i + 1),
                },
                CancellationToken.None
            );
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task After_disposal_the_table_holds_all()
    {
        Assert.Equal(Entries, Read("SELECT value FROM meta WHERE key = 'indexed'"));
        Assert.Equal(Entries, Read("SELECT count(DISTINCT idx) FROM lookup"));
        await AssertFindsAllAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(599)]
    public async Task What_a_crash_left_without_rows_is_found_taken_for_known_and_gets_its_rows(int indexed)
    {
        // Some rows of the next piece may be there; that one was not finished.
        Tamper($"DELETE FROM lookup WHERE idx >= {indexed} AND idx % 3 > 0; UPDATE meta SET value = {indexed} WHERE key = 'indexed'");
        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
        await AssertFindsAllAsync();
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await AssertKnowsAllAsync(ledger);
            await ledger.AppendAsync("another");
        }

        Assert.Equal(Entries + 1, Read("SELECT value FROM meta WHERE key = 'indexed'"));
        Assert.Equal(Entries + 1, Read("SELECT count(*) FROM lookup WHERE kind = 1"));
        Assert.Equal(Entries + 1, Read("SELECT count(*) FROM lookup WHERE kind = 2"));
        Assert.Equal(Entries / 2, Read("SELECT count(*) FROM lookup WHERE kind = 3"));
        Assert.Equal(Entries / 2, Read("SELECT count(*) FROM lookup WHERE kind = 4"));
        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
        await AssertFindsAllAsync();
    }

    [Fact]
    public async Task Entries_that_another_process_has_neither_published_nor_indexed_are_known()
    {
        await using var one = await TestLedger.OpenAsync(Folder);
        await using var other = await TestLedger.OpenAsync(Folder);
        for (var i = 0; i < 20; i++)
        {
            var (first, second) = i % 2 == 0 ? (one, other) : (other, one);
            Assert.Equal(Entries + i, (await first.AppendAsync($"late-{i}")).Index);
            for (var known = 0; known <= i; known++)
            {
                Assert.Equal(Entries + known, (await second.AppendAsync($"late-{known}")).Index);
            }

            if (i % 5 == 4)
            {
                await second.PublishAsync(CancellationToken.None);
            }
        }

        await AssertKnowsAllAsync(one);
        await AssertKnowsAllAsync(other);
    }

    [Theory]
    [InlineData("601", 601)]
    [InlineData("-1", -1)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public async Task A_number_of_rows_that_cannot_be_is_named_and_nothing_is_appended(string value, long number)
    {
        Tamper($"UPDATE meta SET value = '{value}' WHERE key = 'indexed'");
        var said = $"the ledger's lookup table is said to hold {number} entries, and its database has {Entries}";
        var fault = (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault;
        Assert.Equal((Entries, said), (fault?.Index, fault?.What));
        var refusal = await Assert.ThrowsAsync<LedgerDamagedException>(() => TestLedger.OpenAsync(Folder));
        Assert.Equal(said, refusal.Message);
    }

    [Fact]
    public async Task Rows_that_are_said_to_be_there_and_are_not_are_named()
    {
        Tamper("DELETE FROM lookup WHERE idx = 599");
        var fault = (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault;
        Assert.Equal(599, fault?.Index);
        Assert.Equal("the entry cannot be found by its event id: its row in the lookup table is missing", fault?.What);
    }

    private async Task AssertFindsAllAsync()
    {
        using var reader = LedgerReader.Open(Folder);
        foreach (var i in new[] { 0, 1, 299, 300, 301, 598, 599 })
        {
            Assert.Equal(i, (await reader.FindByEventIdAsync($"event-{i}", CancellationToken.None))?.Index);
            var found = Assert.Single(await reader.FindByPayloadHashAsync(TestLedger.HashOf($"event-{i}"), CancellationToken.None));
            Assert.Equal(i, found.Index);
        }

        Assert.Equal(Entries / 2, (await reader.FindBySubjectAsync("run:1", CancellationToken.None)).Count);
    }

    private static async Task AssertKnowsAllAsync(EventLedger ledger)
    {
        foreach (var i in new[] { 0, 1, 299, 300, 598, 599 })
        {
            var submission = TestLedger.Event($"event-{i}");
            submission = i % 2 == 0 ? submission : submission with { Envelope = EnvelopeWithoutId(i) };
            Assert.Equal(i, (await ledger.AppendAsync(submission, CancellationToken.None)).Index);
        }

        // The same envelope, which names no event, under another id.
        var twin = TestLedger.Event("event-599") with
        {
            EventId = "renamed",
            Envelope = EnvelopeWithoutId(599),
        };
        Assert.Equal(599, (await ledger.AppendAsync(twin, CancellationToken.None)).Index);
    }

    private static byte[] EnvelopeWithoutId(int i) => System.Text.Encoding.UTF8.GetBytes($"no JSON {i}");

    private long Read(string sql)
    {
        using var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Read, TimeSpan.FromMinutes(1));
        return session.ReadNumber(sql);
    }

    private void Tamper(string sql)
    {
        using var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromMinutes(1));
        session.Execute(sql);
    }
}
