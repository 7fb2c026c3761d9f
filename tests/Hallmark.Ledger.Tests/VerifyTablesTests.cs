using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>
/// The tables by which entries are found are held against the entries: four that are published (the first two of a chain and of a run, one whose envelope is not JSON, one whose
/// subject is its own event id), and two that are not.
/// </summary>
public sealed class VerifyTablesTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public async Task InitializeAsync()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendAsync(TestLedger.Event("a", "run:1", new ChainLink("c", null)), None);
            await ledger.AppendAsync(TestLedger.Event("b", "run:1", new ChainLink("c", TestLedger.HashOf("a"))), None);
            var raw = Encoding.UTF8.GetBytes("no JSON");
            await ledger.AppendAsync(
                new EventSubmission
                {
                    Envelope = raw,
                    EventId = "raw",
                    PayloadHash = Convert.ToHexStringLower(SHA256.HashData(raw)),
                },
                None
            );
            await ledger.AppendAsync(TestLedger.Event("d", "prediction:d"), None);
        }

        // Work that cannot be kept holds the publishing up, as a crash would.
        var late = await TestLedger.OpenAsync(TestLedger.Options(Folder) with { CheckpointWork = _ => [new OutboxWork("", default)] });
        await late.AppendAsync("tail-1");
        await late.AppendAsync("tail-2");
        await Assert.ThrowsAsync<BadInputException>(async () => await late.DisposeAsync());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Untouched_it_verifies_with_its_tail()
    {
        var verification = await VerifyAsync();
        Assert.Null(verification.FirstFault);
        Assert.Equal((6L, 4L), (verification.EntryCount, verification.Latest?.Size));
    }

    [Theory]
    [InlineData(1, 1, "event id")]
    [InlineData(2, 1, "payload hash")]
    [InlineData(3, 1, "subject")]
    [InlineData(4, 2, "leaf hash")]
    public async Task An_entry_that_can_no_longer_be_found_by_something_is_named(int kind, int index, string what)
    {
        Tamper($"DELETE FROM lookup WHERE kind = {kind} AND idx = {index}");
        await AssertFaultAsync(index, $"the entry cannot be found by its {what}: its row in the lookup table is missing");
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 0)]
    [InlineData(4, 3)]
    public async Task What_needs_no_row_of_its_own_is_not_missed(int kind, int index)
    {
        // A subject that is found by the event id, and the leaf of an envelope that names it.
        Tamper($"DELETE FROM lookup WHERE kind = {kind} AND idx = {index}");
        Assert.Null((await VerifyAsync()).FirstFault);
    }

    [Fact]
    public async Task Rows_that_lead_to_other_entries_do_no_harm_and_find_nothing()
    {
        // A key is 64 bits of a hash: two values may share it, and what is found is compared with the entry.
        Tamper("INSERT INTO lookup (kind, key, idx) SELECT kind, key, 3 FROM lookup WHERE idx = 0");
        Assert.Null((await VerifyAsync()).FirstFault);
        using var reader = LedgerReader.Open(Folder);
        Assert.Equal(0, (await reader.FindByEventIdAsync("a", None))!.Index);
        Assert.Equal([0L, 1L], (await reader.FindBySubjectAsync("run:1", None)).Select(entry => entry.Index));
        Assert.Equal([0L], (await reader.FindByPayloadHashAsync(TestLedger.HashOf("a"), None)).Select(entry => entry.Index));
    }

    [Theory]
    [InlineData("UPDATE chain SET idx = 0", 1, "the head of the chain \"c\" is said to be an older entry than this one")]
    [InlineData("DELETE FROM chain", 0, "the head of the chain \"c\" is said to be an older entry than this one")]
    [InlineData("UPDATE chain SET idx = 3", 3, "the head of the chain \"c\" is said to be an entry that is not of this chain")]
    [InlineData("UPDATE chain SET idx = 99", 99, "the head of the chain \"c\" is said to be an entry that is not of this chain")]
    [InlineData(
        "INSERT INTO chain (name, idx) VALUES ('other', 1)",
        1,
        "the head of the chain \"other\" is said to be an entry that is not of this chain"
    )]
    public async Task A_head_of_a_chain_that_is_not_its_newest_entry_is_named(string sql, long index, string what)
    {
        Tamper(sql);
        await AssertFaultAsync(index, what);
    }

    [Theory]
    [InlineData(
        "UPDATE entry SET event_id = 'x' WHERE idx = 3",
        3,
        "a look-up column does not fit: the envelope has another event id than \"x\""
    )]
    [InlineData(
        "UPDATE entry SET event_type = 'x' WHERE idx = 3",
        3,
        "a look-up column does not fit: the envelope has another event type than \"x\""
    )]
    [InlineData(
        "UPDATE entry SET event_type = NULL WHERE idx = 4",
        4,
        "a look-up column does not fit: the envelope has an event type, and the entry has none"
    )]
    [InlineData(
        "UPDATE entry SET payload_hash = zeroblob(32), record = NULL WHERE idx = 3",
        3,
        "a look-up column does not fit: the envelope has another payload hash than \"0000000000000000000000000000000000000000000000000000000000000000\""
    )]
    public async Task A_column_that_says_other_than_the_envelope_is_named_in_full(string sql, long index, string what)
    {
        Tamper(sql);
        await AssertFaultAsync(index, what);
    }

    [Theory]
    [InlineData(1, "the event id stands twice: also at entry 1")]
    [InlineData(3, "the event id stands twice: also at entry 3")]
    [InlineData(4, "the event id stands twice: also at another one that the lookup table does not hold yet")]
    public async Task An_entry_that_was_put_in_a_second_time_is_named(int index, string what)
    {
        Tamper(
            "INSERT INTO entry (idx, leaf, event_id, event_type, payload_hash, subject, chain, logged_at, envelope, record) "
                + $"SELECT 6, leaf, event_id, event_type, payload_hash, subject, NULL, logged_at, envelope, record FROM entry WHERE idx = {index}"
        );
        await AssertFaultAsync(6, what);
    }

    [Fact]
    public async Task A_fault_of_the_tail_does_not_hide_what_was_read_before_it()
    {
        Tamper("UPDATE entry SET envelope = zeroblob(3) WHERE idx = 5");
        var verification = await VerifyAsync();
        Assert.Equal(5, verification.FirstFault?.Index);
        Assert.Equal("tail-2", verification.FirstFault?.EventId);
        Assert.Equal((5L, 1L, 1), (verification.EntryCount, verification.CheckpointCount, verification.ExitCode));
    }

    private Task<LedgerVerification> VerifyAsync() => LedgerVerifier.VerifyAsync(Folder, null, None);

    private async Task AssertFaultAsync(long index, string what)
    {
        var fault = (await VerifyAsync()).FirstFault;
        Assert.Equal((index, what), (fault?.Index, fault?.What));
    }

    private void Tamper(string sql)
    {
        using var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromMinutes(1));
        session.Execute(sql);
    }
}
