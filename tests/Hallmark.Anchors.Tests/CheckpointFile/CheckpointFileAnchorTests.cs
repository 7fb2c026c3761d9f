using System.Text;
using Hallmark.Anchors.CheckpointFile;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.CheckpointFile;

public sealed class CheckpointFileAnchorTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_checkpoint_becomes_a_file_of_its_own_byte_for_byte()
    {
        var receipt = await SubmitAsync(Anchor(), Submission(41, "note 41\n"));
        Assert.Equal(ReceiptState.Final, receipt.State);
        Assert.Equal("note 41\n", await File.ReadAllTextAsync(receipt.Reference!));
        Assert.Equal([receipt.Reference!], Directory.GetFiles(_folder.Path));
        Assert.Contains("up to 41 entries", (await Anchor().ReadStatusAsync(None)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_checkpoint_again_is_one_file()
    {
        await SubmitAsync(Anchor(), Submission(7, "note\n"));
        var again = await SubmitAsync(Anchor(), Submission(7, "note\n"));
        Assert.Equal(ReceiptState.Final, again.State);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_rewritten_ledger_meets_its_old_checkpoint_and_the_old_one_stays()
    {
        var first = await SubmitAsync(Anchor(), Submission(7, "note\n"));
        foreach (var other in new[] { "nose\n", "longer note\n" })
        {
            var conflict = await Assert.ThrowsAsync<CheckpointConflictException>(() => SubmitAsync(Anchor(), Submission(7, other)));
            Assert.Equal(1, conflict.ExitCode);
            Assert.Equal("note\n", await File.ReadAllTextAsync(first.Reference!));
        }
    }

    [Fact]
    public async Task A_folder_that_is_not_mounted_is_said_and_nothing_is_written_beside_it()
    {
        var missing = Path.Combine(_folder.Path, "not-mounted");
        var anchor = new CheckpointFileAnchor("share", missing, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => SubmitAsync(anchor, Submission(1, "note\n")));
        Assert.Contains(missing, fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, fault.ExitCode);
        Assert.False(Directory.Exists(missing));
        Assert.False((await anchor.ReadStatusAsync(None)).IsReachable);
    }

    [Fact]
    public async Task A_checkpoint_that_somebody_deleted_is_no_longer_confirmed()
    {
        var receipt = await SubmitAsync(Anchor(), Submission(3, "note\n"));
        Assert.Equal(ReceiptState.Final, (await Anchor().RefreshAsync(receipt, None)).State);
        File.Delete(receipt.Reference!);
        Assert.Equal(ReceiptState.Rejected, (await Anchor().RefreshAsync(receipt, None)).State);
    }

    [Fact]
    public void A_folder_is_not_called_an_outside_witness() => Assert.False(Anchor().IsOutsideWitness);

    [Fact]
    public async Task Work_from_the_outbox_reaches_its_anchor_and_may_come_twice()
    {
        var receipts = new MemoryReceipts();
        var handler = new AnchorWorkHandler(Anchor(), receipts, AnchorSchedule.EveryCheckpoint, TimeProvider.System);
        var work = AnchorWork.Describe("share", Submission(12, "twelve\n"));
        Assert.Equal(handler.Kind, work.Kind);
        Assert.Equal(OutboxResult.Done, await handler.HandleAsync(work, None));
        Assert.Equal(OutboxResult.Done, await handler.HandleAsync(work, None));
        Assert.Equal("twelve\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder.Path))));
        Assert.Equal(ReceiptState.Final, Assert.Single(receipts.All).State);
    }

    [Fact]
    public async Task Work_for_an_anchor_that_left_the_settings_stays_undone_and_says_so()
    {
        var work = AnchorWork.Describe("gone", Submission(12, "twelve\n"));
        var handler = new MissingAnchorHandler("gone");
        Assert.Equal(handler.Kind, work.Kind);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => handler.HandleAsync(work, None));
        Assert.Contains("\"gone\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_ledgers_that_write_to_one_folder_at_once_exactly_one_gets_each_name()
    {
        for (var size = 1; size <= 20; size++)
        {
            var start = new TaskCompletionSource();
            var writers = Enumerable
                .Range(0, 8)
                .Select(async writer =>
                {
                    await start.Task;
                    await Task.Yield();
                    return await Record.ExceptionAsync(() => SubmitAsync(Anchor(), Submission(size, $"ledger {writer}\n")));
                })
                .ToList();
            start.SetResult();
            var faults = await Task.WhenAll(writers);
            var winner = Assert.Single(Enumerable.Range(0, 8), writer => faults[writer] is null);
            Assert.All(faults.Where(fault => fault is not null), fault => Assert.IsType<CheckpointConflictException>(fault));
            Assert.Equal(
                $"ledger {winner}\n",
                await File.ReadAllTextAsync(Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).Last())
            );
        }

        Assert.Equal(20, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public async Task A_receipt_holds_its_checkpoint_and_the_file_is_looked_at_where_it_may_be()
    {
        var verifier = new CheckpointFileReceiptVerifier(_folder.Path);
        var content = Encoding.UTF8.GetBytes("note\n");
        var receipt = await SubmitAsync(Anchor(), Submission(3, "note\n"));
        Assert.DoesNotContain(verifier.Verify(receipt, content).Checks, check => check.Name == "file");
        var live = await verifier.VerifyLiveAsync(receipt, content, None);
        Assert.Equal((ReceiptState.Final, false, true), (live.State, live.IsOutside, live.Holds));
        Assert.Contains(live.Checks, check => check is { Name: "file", Outcome: CheckOutcome.Passed });
        Assert.Null(live.ExistedBefore);

        await File.WriteAllTextAsync(receipt.Reference!, "nose\n");
        await AssertFileAsync(CheckOutcome.Failed, "differs", _folder.Path);
        File.Delete(receipt.Reference!);
        await AssertFileAsync(CheckOutcome.Failed, "gone", _folder.Path);
        await AssertFileAsync(CheckOutcome.Failed, "elsewhere", Path.GetTempPath());
        await AssertFileAsync(CheckOutcome.NotRun, "unreachable", Path.Combine(_folder.Path, "not-mounted"));
        await AssertFileAsync(CheckOutcome.NotRun, "unreachable", folder: null);

        async Task AssertFileAsync(CheckOutcome outcome, string reason, string? folder)
        {
            var witness = await new CheckpointFileReceiptVerifier(folder).VerifyLiveAsync(receipt, content, None);
            var check = witness.Checks.Single(asked => asked.Name == "file");
            Assert.Equal((outcome, reason, false), (check.Outcome, check.Reason, witness.Holds));
        }
    }

    [Fact]
    public async Task A_receipt_that_was_changed_or_names_another_file_is_refused()
    {
        var verifier = new CheckpointFileReceiptVerifier(_folder.Path);
        var content = Encoding.UTF8.GetBytes("note\n");
        var receipt = await SubmitAsync(Anchor(), Submission(3, "note\n"));
        Assert.All(
            [
                receipt with
                {
                    Reference = "/etc/passwd",
                },
                receipt with
                {
                    Reference = null,
                },
                receipt with
                {
                    TreeSize = 4,
                },
                receipt with
                {
                    Network = "else",
                },
                receipt with
                {
                    Proof = [],
                },
                receipt with
                {
                    Proof = new() { ["note"] = "bm9zZQo=" },
                },
                receipt with
                {
                    Proof = new() { ["note"] = "bm90ZQp=" },
                },
                receipt with
                {
                    Proof = new() { ["note"] = "bm90ZQo=", ["more"] = 1 },
                },
            ],
            changed => Assert.True(verifier.Verify(changed, content).IsRefuted)
        );
        Assert.True(verifier.Verify(receipt, "else"u8.ToArray()).IsRefuted);
    }

    private static async Task<AnchorReceipt> SubmitAsync(CheckpointFileAnchor anchor, AnchorSubmission submission) =>
        await anchor.SubmitAsync(await anchor.PrepareAsync(submission, None), None);

    private static AnchorSubmission Submission(long size, string note) =>
        AnchorSubmission.OfCheckpoint("log.example/a", size, Encoding.UTF8.GetBytes(note));

    private CheckpointFileAnchor Anchor() => new("share", _folder.Path, TimeProvider.System);
}
