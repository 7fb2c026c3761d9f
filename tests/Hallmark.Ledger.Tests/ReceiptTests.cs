using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

public sealed class ReceiptTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task There_is_one_receipt_for_each_digest_and_anchor_and_it_grows_in_its_place()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.Receipts.PutAsync(Receipt("a", "turbo"), None);
        await ledger.Receipts.PutAsync(Receipt("a", "ots"), None);
        await ledger.Receipts.PutAsync(Receipt("b", "turbo"), None);
        await ledger.Receipts.PutAsync(Receipt("a", "turbo") with { State = ReceiptState.Confirmed, Reference = "tx" }, None);

        var found = await ledger.Receipts.FindAsync(DigestOf("a"), "turbo", None);
        Assert.Equal((ReceiptState.Confirmed, "tx"), (found!.State, found.Reference));
        Assert.Equal(["ots", "turbo"], (await ledger.Receipts.FindAllAsync(DigestOf("a"), None)).Select(receipt => receipt.Anchor));
        Assert.Equal(3, (await ledger.Receipts.ListAsync(null, null, 10, None)).Count);
        Assert.Null(await ledger.Receipts.FindAsync(DigestOf("c"), "turbo", None));
    }

    [Fact]
    public async Task A_receipt_is_there_after_a_restart_and_readers_that_hold_no_lock_see_it()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.Receipts.PutAsync(Receipt("a", "turbo"), None);
            using var reader = LedgerReader.Open(Folder);
            Assert.NotNull(await reader.Receipts.FindAsync(DigestOf("a"), "turbo", None));
        }

        using var later = LedgerReader.Open(Folder);
        var receipt = await later.Receipts.FindAsync(DigestOf("a"), "turbo", None);
        Assert.Equal("kept", receipt!.Proof["bytes"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_checkpoints_that_cover_an_entry_come_smallest_first_and_none_that_is_too_small()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        foreach (var size in new[] { 30L, 5, 6, 12 })
        {
            await ledger.Receipts.PutAsync(Receipt($"note {size}", "ots") with { Target = AnchorTarget.Checkpoint, TreeSize = size }, None);
        }

        await ledger.Receipts.PutAsync(Receipt("an envelope", "ots"), None);
        Assert.Equal([6, 12, 30], (await ledger.Receipts.FindCoveringAsync(5, 10, None)).Select(receipt => receipt.TreeSize!.Value));
        Assert.Equal([6], (await ledger.Receipts.FindCoveringAsync(5, 1, None)).Select(receipt => receipt.TreeSize!.Value));
        Assert.Empty(await ledger.Receipts.FindCoveringAsync(30, 10, None));
    }

    [Fact]
    public async Task The_latest_receipt_of_an_anchor_is_the_one_prepared_last_whichever_was_changed_last()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.Receipts.PutAsync(Receipt("new", "ots") with { PreparedAt = Noon.AddMinutes(1) }, None);
        await ledger.Receipts.PutAsync(Receipt("old", "ots"), None);
        await ledger.Receipts.PutAsync(Receipt("newest", "turbo") with { PreparedAt = Noon.AddMinutes(2) }, None);
        Assert.Equal(DigestOf("new"), (await ledger.Receipts.FindLatestAsync("ots", None))!.Digest);
        Assert.Null(await ledger.Receipts.FindLatestAsync("tsa", None));
    }

    [Fact]
    public async Task Receipts_are_listed_newest_first_by_anchor_and_state_within_a_limit()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        for (var i = 0; i < 5; i++)
        {
            var state = i % 2 == 0 ? ReceiptState.Final : ReceiptState.Submitted;
            await ledger.Receipts.PutAsync(Receipt($"{i}", i < 4 ? "ots" : "turbo") with { State = state }, None);
        }

        Assert.Equal(
            [DigestOf("2"), DigestOf("0")],
            (await ledger.Receipts.ListAsync("ots", ReceiptState.Final, 10, None)).Select(receipt => receipt.Digest)
        );
        Assert.Equal([DigestOf("4")], (await ledger.Receipts.ListAsync(null, null, 1, None)).Select(receipt => receipt.Digest));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ledger.Receipts.ListAsync(null, null, 0, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ledger.Receipts.FindCoveringAsync(0, 10_001, None));
    }

    [Fact]
    public async Task A_receipt_that_nobody_could_read_again_is_not_kept_and_spoils_no_list()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.Receipts.PutAsync(Receipt("a", "ots"), None);
        foreach (
            var unreadable in new[]
            {
                Receipt("a", "ots") with
                {
                    Remark = new string('x', 2_049),
                },
                Receipt("a", "ots") with
                {
                    Remark = "cut within a character \ud83d",
                },
                Receipt("b", "ots") with
                {
                    Network = new string('n', 257),
                },
                Receipt("b", "ots") with
                {
                    Reference = "",
                },
                Receipt("b", "ots") with
                {
                    TreeSize = -1,
                },
            }
        )
        {
            await Assert.ThrowsAsync<Core.Failures.BadInputException>(() => ledger.Receipts.PutAsync(unreadable, None));
        }

        var kept = Assert.Single(await ledger.Receipts.ListAsync(null, null, 10, None));
        Assert.Equal((DigestOf("a"), null), (kept.Digest, kept.Remark));
        Assert.Empty(await ledger.Receipts.FindCoveringAsync(0, 10, None));
    }

    [Fact]
    public async Task A_damaged_receipt_is_said_each_time_and_keeps_no_other_question_from_its_answer()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.Receipts.PutAsync(Receipt("bad", "ots"), None);
            await ledger.Receipts.PutAsync(Receipt("good", "ots"), None);
        }

        using (var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromMinutes(1)))
        {
            session.Prepare("UPDATE receipt SET body = '{}' WHERE digest = ?").Bind(1, DigestOf("bad").Bytes).Run();
        }

        using var reader = LedgerReader.Open(Folder);
        for (var round = 0; round < 2; round++)
        {
            var failure = await Assert.ThrowsAsync<LedgerFormatException>(() => reader.Receipts.FindAsync(DigestOf("bad"), "ots", None));
            Assert.StartsWith("a receipt in the ledger's database is damaged: ", failure.Message, StringComparison.Ordinal);
            Assert.Equal(DigestOf("good"), (await reader.Receipts.FindAsync(DigestOf("good"), "ots", None))!.Digest);
            await Assert.ThrowsAsync<LedgerFormatException>(() => reader.Receipts.ListAsync("ots", null, 10, None));
        }

        // A reading that was broken off holds no old state of the database.
        await using var later = await TestLedger.OpenAsync(Folder);
        await later.AppendAsync("after");
        Assert.Equal(1, await reader.CountAsync(None));
    }

    private static Digest DigestOf(string content) => Digest.Compute(DigestAlgorithm.Sha256, System.Text.Encoding.UTF8.GetBytes(content));

    private static AnchorReceipt Receipt(string content, string anchor) =>
        new()
        {
            Anchor = anchor,
            World = "opentimestamps",
            Network = "regtest",
            Target = AnchorTarget.Envelope,
            Digest = DigestOf(content),
            State = ReceiptState.Prepared,
            PreparedAt = Noon,
            Proof = new JsonObject { ["bytes"] = "kept" },
        };
}
