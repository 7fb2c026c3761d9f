using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>Questions about receipts: by anchor, at the borders of trees and limits, while others write, and in whatever order they came.</summary>
public sealed class ReceiptQueryTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Of_one_anchor_the_trees_that_hold_an_entry_come_smallest_first()
    {
        await using var ledger = await OpenAsync();
        foreach (var (anchor, size) in ((string, long)[])[("ots", 9), ("tsa", 6), ("ots", 5), ("ots", 6), ("tsa", 60)])
        {
            await ledger.Receipts.PutAsync(OfCheckpoint(anchor, size), None);
        }

        await ledger.Receipts.PutAsync(OfCheckpoint("ots", 70) with { TreeSize = null, Target = AnchorTarget.Envelope }, None);
        var reader = ledger.Reader.Receipts;

        // A tree of six entries holds entry 5, the sixth.
        Assert.Equal([6L, 9L], Sizes(await reader.FindCoveringAsync("ots", 5, 10, None)));
        Assert.Equal([5L, 6L, 9L], Sizes(await reader.FindCoveringAsync("ots", 4, 10, None)));
        Assert.Equal([5L], Sizes(await reader.FindCoveringAsync("ots", 0, 1, None)));
        Assert.Equal([60L], Sizes(await reader.FindCoveringAsync("tsa", 6, 10, None)));
        Assert.Empty(await reader.FindCoveringAsync("ots", 9, 10, None));
        Assert.Empty(await reader.FindCoveringAsync("none", 0, 10, None));
        Assert.Equal(["ots", "tsa"], await reader.ListAnchorsAsync(None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    public async Task A_limit_out_of_its_bounds_is_the_callers_error(int limit)
    {
        await using var ledger = await OpenAsync();
        var reader = ledger.Reader.Receipts;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.FindCoveringAsync(0, limit, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.FindCoveringAsync("ots", 0, limit, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.ListAsync(null, null, limit, None));
    }

    [Fact]
    public async Task The_largest_limit_is_one()
    {
        await using var ledger = await OpenAsync();
        await ledger.Receipts.PutAsync(OfCheckpoint("ots", 1), None);
        var reader = ledger.Reader.Receipts;
        Assert.Single(await reader.FindCoveringAsync(0, 10_000, None));
        Assert.Single(await reader.FindCoveringAsync("ots", 0, 10_000, None));
        Assert.Single(await reader.ListAsync(null, null, 10_000, None));
    }

    [Fact]
    public async Task A_receipt_that_grows_keeps_its_place_in_the_list_and_takes_its_new_state_and_size()
    {
        await using var ledger = await OpenAsync();
        foreach (var size in new[] { 1L, 2, 3 })
        {
            await ledger.Receipts.PutAsync(OfCheckpoint("ots", size), None);
        }

        var grown = OfCheckpoint("ots", 2) with { State = ReceiptState.Final, PreparedAt = Noon.AddDays(1), Remark = "confirmed" };
        await ledger.Receipts.PutAsync(grown, None);

        Assert.Equal([3L, 2L, 1L], Sizes(await ledger.Receipts.ListAsync("ots", null, 10, None)));
        Assert.Equal([2L], Sizes(await ledger.Receipts.ListAsync(null, ReceiptState.Final, 10, None)));
        Assert.Equal([3L, 1L], Sizes(await ledger.Receipts.ListAsync("ots", ReceiptState.Submitted, 10, None)));
        Assert.Equal("confirmed", (await ledger.Receipts.FindLatestAsync("ots", None))!.Remark);
    }

    [Fact]
    public async Task Names_of_anchors_are_compared_letter_by_letter_and_are_never_part_of_the_question()
    {
        await using var ledger = await OpenAsync();
        foreach (var (name, size) in ((string, long)[])[("ots", 1), ("OTS", 2), ("o%s", 3), ("' OR 1=1 --", 4)])
        {
            await ledger.Receipts.PutAsync(OfCheckpoint(name, size), None);
        }

        foreach (var (name, size) in ((string, long)[])[("ots", 1), ("OTS", 2), ("o%s", 3), ("' OR 1=1 --", 4)])
        {
            Assert.Equal([size], Sizes(await ledger.Receipts.ListAsync(name, null, 10, None)));
            Assert.Equal([size], Sizes(await ledger.Reader.Receipts.FindCoveringAsync(name, 0, 10, None)));
            Assert.Equal(size, (await ledger.Receipts.FindLatestAsync(name, None))!.TreeSize);
        }
    }

    [Fact]
    public async Task Readers_beside_a_writer_see_each_receipt_whole_and_never_an_older_state_again()
    {
        await using var ledger = await OpenAsync();
        await ledger.Receipts.PutAsync(OfCheckpoint("ots", 1) with { Remark = "0" }, None);
        var reading = Enumerable
            .Range(0, 2)
            .Select(_ =>
                Task.Run(async () =>
                {
                    var last = 0;
                    using var reader = LedgerReader.Open(Folder);
                    for (var i = 0; i < 100; i++)
                    {
                        var receipt = await reader.Receipts.FindAsync(DigestOf("ots", 1), "ots", None);
                        var now = int.Parse(receipt!.Remark!, System.Globalization.CultureInfo.InvariantCulture);
                        Assert.InRange(now, last, 50);
                        last = now;
                    }
                })
            )
            .ToArray();
        for (var i = 1; i <= 50; i++)
        {
            await ledger.Receipts.PutAsync(
                OfCheckpoint("ots", 1) with
                {
                    Remark = i.ToString(System.Globalization.CultureInfo.InvariantCulture),
                },
                None
            );
        }

        await Task.WhenAll(reading);
        Assert.Equal("50", (await ledger.Receipts.FindAsync(DigestOf("ots", 1), "ots", None))!.Remark);
    }

    [Fact]
    public async Task A_cancelled_question_and_a_cancelled_write_do_nothing()
    {
        await using var ledger = await OpenAsync();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ledger.Receipts.PutAsync(OfCheckpoint("ots", 1), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ledger.Receipts.ListAsync(null, null, 1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ledger.Reader.Receipts.ListAnchorsAsync(cancelled));
        Assert.Empty(await ledger.Receipts.ListAsync(null, null, 1, None));
    }

    private static IEnumerable<long> Sizes(IEnumerable<AnchorReceipt> receipts) => receipts.Select(receipt => receipt.TreeSize ?? 0);

    private static Digest DigestOf(string anchor, long size) =>
        Digest.Compute(DigestAlgorithm.Sha256, System.Text.Encoding.UTF8.GetBytes($"{anchor} {size}"));

    private static AnchorReceipt OfCheckpoint(string anchor, long size) =>
        new()
        {
            Anchor = anchor,
            World = "opentimestamps",
            Network = "regtest",
            Target = AnchorTarget.Checkpoint,
            Digest = DigestOf(anchor, size),
            TreeSize = size,
            State = ReceiptState.Submitted,
            PreparedAt = Noon,
            Proof = new JsonObject(),
        };

    private Task<EventLedger> OpenAsync() => TestLedger.OpenAsync(Folder);
}
