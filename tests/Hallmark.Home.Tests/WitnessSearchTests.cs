using System.Text;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Events;
using Hallmark.Core.Policies;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>A witness through a checkpoint: receipt over the note, note by the ledger's key, entry in its tree, all of them.</summary>
public sealed class WitnessSearchTests : IDisposable
{
    private readonly HomeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task An_entry_is_witnessed_by_the_first_checkpoint_over_it()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var first = await RecordAsync(settings, "one");
        await RecordAsync(settings, "two");
        var findings = await SearchAsync(settings, first);
        var witness = Assert.Single(findings.Witnesses);
        Assert.Equal(["network", "digest", "note", "receipt", "checkpoint", "inclusion"], witness.Checks.Select(check => check.Name));
        Assert.True(witness.Holds);
        Assert.False(witness.IsOutside);
        Assert.EndsWith("checkpoint-000000000001.txt", witness.Reference, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.NotRun, Assert.Single(findings.Checks).Outcome);
        Assert.False(findings.Checks[0].IsRequired);
    }

    [Fact]
    public async Task An_entry_after_the_last_checkpoint_that_went_has_no_witness()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault", TimeSpan.FromHours(1))] };
        await RecordAsync(settings, "one");
        var second = await RecordAsync(settings, "two");
        Assert.Empty((await SearchAsync(settings, second)).Witnesses);
        _scene.Clock.Move(TimeSpan.FromHours(2));
        await using (var session = _scene.Open(settings))
        {
            await session.DrainOutboxAsync(CancellationToken.None);
        }

        Assert.True(Assert.Single((await SearchAsync(settings, second)).Witnesses).Holds);
    }

    [Fact]
    public async Task A_receipt_for_another_checkpoint_is_refuted_and_fails_the_verdict()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        await using (var session = _scene.Open(settings))
        {
            var ledger = await session.OpenLedgerAsync(CancellationToken.None);
            var receipt = (await ledger.Receipts.ListAsync(null, null, 10, CancellationToken.None)).Single();
            await ledger.Receipts.PutAsync(
                receipt with
                {
                    Anchor = "other",
                    Digest = Digest.Compute(DigestAlgorithm.Sha256, "another checkpoint"u8),
                },
                CancellationToken.None
            );
        }

        var both = settings with { Anchors = [.. settings.Anchors, _scene.VaultAnchor("other")] };
        var findings = await SearchAsync(both, entry);
        Assert.Equal(["other"], findings.Witnesses.Where(witness => witness.IsRefuted).Select(witness => witness.Anchor));
        var check = Assert.Single(findings.Checks);
        Assert.Equal((CheckOutcome.Failed, "refuted"), (check.Outcome, check.Reason));
        Assert.Contains("other: digest", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_of_an_anchor_that_the_settings_do_not_know_counts_for_nothing_and_says_why()
    {
        var entry = await RecordAsync(new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] }, "one");
        var witness = Assert.Single((await SearchAsync(new HallmarkSettings(), entry)).Witnesses);
        Assert.False(witness.Holds);
        Assert.False(witness.IsRefuted);
        Assert.Contains("no anchor \"vault\" in the settings", witness.Checks[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_entry_is_not_in_the_tree_and_its_witness_is_refuted()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        var changed = Encoding
            .UTF8.GetString(entry.Envelope.Span)
            .Replace("\"file_anchored\"", "\"file_changed\"", StringComparison.Ordinal);
        Assert.NotEqual(Encoding.UTF8.GetString(entry.Envelope.Span), changed);
        var findings = await SearchAsync(settings, entry with { Envelope = Encoding.UTF8.GetBytes(changed) });
        var failed = Assert.Single(Assert.Single(findings.Witnesses).Checks, check => check.Outcome is CheckOutcome.Failed);
        Assert.Equal(("inclusion", "not_included"), (failed.Name, failed.Reason));
    }

    [Fact]
    public async Task A_live_check_reads_the_file_again_and_only_when_asked()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        await File.WriteAllTextAsync(Path.Combine(_scene.Vault("vault"), "checkpoint-000000000001.txt"), "something else");
        Assert.True(Assert.Single((await SearchAsync(settings, entry)).Witnesses).Holds);
        var live = Assert.Single((await SearchAsync(settings, entry, isLive: true)).Witnesses);
        Assert.Equal(["file"], live.Checks.Where(check => check.Outcome is CheckOutcome.Failed).Select(check => check.Name));
    }

    [Fact]
    public async Task A_policy_is_a_check_of_its_own_and_a_folder_of_the_owners_does_not_meet_it()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        var findings = await SearchAsync(settings, entry, policy: WitnessPolicy.Parse("require arweave"));
        var policy = findings.Checks.Single(check => check.Name == WitnessPolicy.CheckName);
        Assert.True(policy.IsRequired);
        Assert.Equal(CheckOutcome.Failed, policy.Outcome);
    }

    /// <summary>A place that refused one checkpoint for good and has the next one under way is on its way, and not refused.</summary>
    [Theory]
    [InlineData(ReceiptState.Rejected, ReceiptState.Prepared, ReceiptState.Prepared)]
    [InlineData(ReceiptState.Rejected, ReceiptState.Submitted, ReceiptState.Submitted)]
    [InlineData(ReceiptState.Submitted, ReceiptState.Rejected, ReceiptState.Submitted)]
    [InlineData(ReceiptState.Prepared, ReceiptState.Submitted, ReceiptState.Submitted)]
    [InlineData(ReceiptState.Submitted, ReceiptState.Prepared, ReceiptState.Submitted)]
    [InlineData(ReceiptState.Rejected, ReceiptState.Rejected, ReceiptState.Rejected)]
    [InlineData(ReceiptState.Rejected, ReceiptState.Final, ReceiptState.Final)]
    [InlineData(ReceiptState.Submitted, ReceiptState.Confirmed, ReceiptState.Confirmed)]
    public async Task Of_several_checkpoints_the_one_that_came_furthest_is_shown(
        ReceiptState first,
        ReceiptState second,
        ReceiptState furthest
    )
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        await RecordAsync(settings, "two");
        await ChangeAsync(settings, receipt => receipt with { State = receipt.TreeSize == 1 ? first : second });
        var witness = Assert.Single((await SearchAsync(settings, entry)).Witnesses);
        Assert.Equal(furthest, witness.State);
        Assert.Equal(furthest is ReceiptState.Confirmed or ReceiptState.Final, witness.Holds);
        Assert.False(witness.IsRefuted);
    }

    [Fact]
    public async Task A_receipt_of_another_world_than_the_anchors_is_refuted_and_nothing_else_is_asked_of_it()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        await ChangeAsync(settings, receipt => receipt with { World = "arweave" });
        var findings = await SearchAsync(settings, entry);
        var check = Assert.Single(findings.Witnesses).Checks[0];
        Assert.Equal(("receipt_world", CheckOutcome.Failed, "another_world"), (check.Name, check.Outcome, check.Reason));
        Assert.Equal("the receipt is of the world arweave, the anchor \"vault\" is checkpoint-file", check.Detail);
        Assert.Equal(CheckOutcome.Failed, Assert.Single(findings.Checks).Outcome);
    }

    [Fact]
    public async Task A_receipt_for_a_checkpoint_that_the_ledger_does_not_hold_is_no_witness_and_no_failure()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        await ChangeAsync(settings, receipt => receipt with { TreeSize = 7 });
        var findings = await SearchAsync(settings, entry);
        var witness = Assert.Single(findings.Witnesses);
        Assert.Equal((false, false), (witness.Holds, witness.IsRefuted));
        Assert.Equal("the ledger no longer holds its checkpoint over 7 entries", Assert.Single(witness.Checks).Detail);
        Assert.True(witness.Checks[0].IsOutOfReach);
        Assert.Equal("no outside witness yet", Assert.Single(findings.Checks).Detail);
    }

    [Fact]
    public async Task Without_a_ledger_there_are_no_witnesses_and_a_policy_still_asks_for_them()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        await using var session = _scene.Open(settings);
        var none = await session.FindWitnesses(isLive: true, null).FindAsync("{}"u8.ToArray(), 0, null, CancellationToken.None);
        Assert.Empty(none.Witnesses);
        Assert.Empty(none.Checks);
        var asked = await session
            .FindWitnesses(isLive: false, WitnessPolicy.Parse("require arweave"))
            .FindAsync("{}"u8.ToArray(), 0, null, CancellationToken.None);
        Assert.Equal(CheckOutcome.Failed, Assert.Single(asked.Checks).Outcome);
        Assert.False(Directory.Exists(_scene.Home.Path));
    }

    [Fact]
    public async Task Without_a_place_in_the_ledger_no_checkpoint_is_asked()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        await using var session = _scene.Open(settings);
        var findings = await session.FindWitnesses(isLive: false, null).FindAsync(entry.Envelope, null, null, CancellationToken.None);
        Assert.Empty(findings.Witnesses);
    }

    [Fact]
    public async Task An_anchor_whose_trust_cannot_be_read_leaves_its_receipts_unchecked_and_refutes_nothing()
    {
        var settings = new HallmarkSettings { Anchors = [_scene.VaultAnchor("vault")] };
        var entry = await RecordAsync(settings, "one");
        var broken = new TimeStampAuthoritySettings
        {
            Name = "vault",
            Url = new Uri("https://tsa.example"),
            Roots = ["gone.pem"],
        };
        var findings = await SearchAsync(new HallmarkSettings { Anchors = [broken] }, entry);
        var check = Assert.Single(findings.Witnesses).Checks[0];
        Assert.Equal((CheckOutcome.NotRun, true), (check.Outcome, check.IsOutOfReach));
        Assert.StartsWith("anchor \"vault\" cannot be used: ", check.Detail, StringComparison.Ordinal);
        Assert.Contains("gone.pem", check.Detail, StringComparison.Ordinal);
    }

    private async Task ChangeAsync(HallmarkSettings settings, Func<AnchorReceipt, AnchorReceipt> change)
    {
        await using var session = _scene.Open(settings);
        var ledger = await session.OpenLedgerAsync(CancellationToken.None);
        foreach (var receipt in await ledger.Receipts.ListAsync(null, null, 10, CancellationToken.None))
        {
            await ledger.Receipts.PutAsync(change(receipt), CancellationToken.None);
        }
    }

    private async Task<LoggedEntry> RecordAsync(HallmarkSettings settings, string content)
    {
        await using var session = _scene.Open(settings);
        var entry = await _scene.RecordAsync(session, content);
        await session.DrainOutboxAsync(CancellationToken.None);
        return entry;
    }

    private async Task<WitnessFindings> SearchAsync(
        HallmarkSettings settings,
        LoggedEntry entry,
        bool isLive = false,
        WitnessPolicy? policy = null
    )
    {
        await using var session = _scene.Open(settings);
        return await session.FindWitnesses(isLive, policy).FindAsync(entry.Envelope, entry.Index, null, CancellationToken.None);
    }
}
