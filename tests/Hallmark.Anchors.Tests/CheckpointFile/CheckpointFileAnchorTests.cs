using System.Text;
using Hallmark.Anchors.CheckpointFile;
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
        var receipt = await Anchor().SubmitAsync(Submission(41, "note 41\n"), None);
        Assert.Equal(AnchorReceiptState.Confirmed, receipt.State);
        Assert.Equal("note 41\n", await File.ReadAllTextAsync(receipt.Reference));
        Assert.Equal([receipt.Reference], Directory.GetFiles(_folder.Path));
        Assert.Equal(41, (await Anchor().ReadStatusAsync(None)).LastTreeSize);
    }

    [Fact]
    public async Task The_same_checkpoint_again_is_one_file()
    {
        await Anchor().SubmitAsync(Submission(7, "note\n"), None);
        var again = await Anchor().SubmitAsync(Submission(7, "note\n"), None);
        Assert.Equal(AnchorReceiptState.Confirmed, again.State);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_rewritten_ledger_meets_its_old_checkpoint_and_the_old_one_stays()
    {
        var first = await Anchor().SubmitAsync(Submission(7, "note\n"), None);
        foreach (var other in new[] { "nose\n", "longer note\n" })
        {
            var conflict = await Assert.ThrowsAsync<CheckpointConflictException>(() => Anchor().SubmitAsync(Submission(7, other), None));
            Assert.Equal(1, conflict.ExitCode);
            Assert.Equal("note\n", await File.ReadAllTextAsync(first.Reference));
        }
    }

    [Fact]
    public async Task A_folder_that_is_not_mounted_is_said_and_nothing_is_written_beside_it()
    {
        var missing = Path.Combine(_folder.Path, "not-mounted");
        var anchor = new CheckpointFileAnchor("share", missing, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => anchor.SubmitAsync(Submission(1, "note\n"), None));
        Assert.Contains(missing, fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, fault.ExitCode);
        Assert.False(Directory.Exists(missing));
        Assert.False((await anchor.ReadStatusAsync(None)).IsReachable);
    }

    [Fact]
    public async Task A_checkpoint_that_somebody_deleted_is_no_longer_confirmed()
    {
        var receipt = await Anchor().SubmitAsync(Submission(3, "note\n"), None);
        Assert.Equal(AnchorReceiptState.Confirmed, (await Anchor().RefreshAsync(receipt, None)).State);
        File.Delete(receipt.Reference);
        Assert.Equal(AnchorReceiptState.Failed, (await Anchor().RefreshAsync(receipt, None)).State);
    }

    [Fact]
    public void A_folder_is_not_called_an_outside_witness() => Assert.False(Anchor().IsOutsideWitness);

    [Fact]
    public async Task Work_from_the_outbox_reaches_its_anchor_and_may_come_twice()
    {
        var handler = new CheckpointWorkHandler([Anchor()]);
        var work = CheckpointWorkHandler.Describe("share", Submission(12, "twelve\n"));
        Assert.Equal(handler.Kind, work.Kind);
        await handler.HandleAsync(work, None);
        await handler.HandleAsync(work, None);
        Assert.Equal("twelve\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public async Task Work_for_an_anchor_that_left_the_settings_stays_undone_and_says_so()
    {
        var work = CheckpointWorkHandler.Describe("gone", Submission(12, "twelve\n"));
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            new CheckpointWorkHandler([Anchor()]).HandleAsync(work, None)
        );
        Assert.Contains("\"gone\"", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static AnchorSubmission Submission(long size, string note) => new("log.example/a", size, Encoding.UTF8.GetBytes(note));

    private CheckpointFileAnchor Anchor() => new("share", _folder.Path, TimeProvider.System);
}
