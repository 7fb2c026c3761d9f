using System.Collections.Immutable;
using System.Text;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;

namespace Hallmark.Home.Tests;

/// <summary>What is asked of a checkpoint before it speaks for an entry, and what all witnesses together mean. The ledger here is a real one; the notes are changed one thing at a time.</summary>
public sealed class WitnessChecksTests : IDisposable
{
    private readonly HomeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task The_ledgers_own_checkpoint_passes_for_each_of_its_entries_and_for_no_later_one()
    {
        await using var session = _scene.Open();
        var entries = await PublishAsync(session, "one", "two", "three");
        await PublishAsync(session, "four");
        var note = await NoteAsync(session, 3);
        foreach (var entry in entries)
        {
            var checks = await AskAsync(session, note, 3, entry);
            Assert.Equal(
                [
                    (CheckOutcome.Passed, $"signed by the ledger {session.FindLedger()!.Origin} over 3 entries"),
                    (CheckOutcome.Passed, $"entry {entry.Index} is in the checkpoint's tree"),
                ],
                checks.Select(check => (check.Outcome, check.Detail))
            );
        }

        var later = await session.FindLedger()!.FindByIndexAsync(3, CancellationToken.None);
        AssertFails(await AskAsync(session, note, 3, later!), "inclusion", "not_included");
    }

    [Fact]
    public async Task Another_entry_in_the_same_place_is_not_included()
    {
        await using var session = _scene.Open();
        var entries = await PublishAsync(session, "one", "two");
        var note = await NoteAsync(session, 2);
        var failed = AssertFails(await AskAsync(session, note, 2, entries[0] with { Index = 1 }), "inclusion", "not_included");
        Assert.Equal("entry 1 is not in the tree of the checkpoint over 2 entries", failed.Detail);
        AssertFails(await AskAsync(session, note, 2, entries[0] with { Envelope = "{}"u8.ToArray() }), "inclusion", "not_included");
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("no note\n", "malformed")]
    [InlineData("{}", "malformed")]
    public async Task What_is_no_checkpoint_is_malformed(string note, string reason)
    {
        await using var session = _scene.Open();
        var entries = await PublishAsync(session, "one");
        var failed = AssertFails(await AskAsync(session, Encoding.UTF8.GetBytes(note), 1, entries[0]), "checkpoint", reason);
        Assert.StartsWith("the checkpoint over 1 entries: ", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_another_key_or_with_a_changed_root_is_not_the_ledgers()
    {
        await using var session = _scene.Open();
        var entries = await PublishAsync(session, "one");
        var note = Encoding.UTF8.GetString((await NoteAsync(session, 1)).Span);
        using var other = new HomeScene();
        await using var stranger = other.Open(new() { Origin = session.FindLedger()!.Origin });
        await _scene.RecordAsync(stranger, "one");
        await stranger.DrainOutboxAsync(CancellationToken.None);
        var root = note.Split('\n')[2];
        var turned = (root[0] == 'A' ? 'B' : 'A') + root[1..];
        foreach (
            var changed in new[]
            {
                note.Replace(root, turned, StringComparison.Ordinal),
                Encoding.UTF8.GetString((await NoteAsync(stranger, 1)).Span),
                note[..note.IndexOf("\n\n", StringComparison.Ordinal)] + "\n\n— " + session.FindLedger()!.Origin + " AAAAAAAA\n",
            }
        )
        {
            var checks = await AskAsync(session, Encoding.UTF8.GetBytes(changed), 1, entries[0]);
            var failed = Assert.Single(checks);
            Assert.Equal(("checkpoint", CheckOutcome.Failed), (failed.Name, failed.Outcome));
            Assert.Matches("^(signature_invalid|malformed)$", failed.Reason);
        }
    }

    [Fact]
    public async Task A_checkpoint_over_another_number_of_entries_than_its_receipt_says_is_another_tree()
    {
        await using var session = _scene.Open();
        var entries = await PublishAsync(session, "one", "two");
        var failed = AssertFails(await AskAsync(session, await NoteAsync(session, 2), 1, entries[0]), "checkpoint", "another_tree");
        Assert.Equal($"the checkpoint is of 2 entries of {session.FindLedger()!.Origin}", failed.Detail);
    }

    [Fact]
    public void One_refuted_witness_outweighs_any_number_that_hold()
    {
        var check = WitnessChecks.Judge([Witness("good", true), Witness("bad", true, Check.Failed("digest", "differs", "another file"))]);
        Assert.Equal(
            (WitnessFindings.WitnessesCheck, CheckOutcome.Failed, "refuted", "bad: digest: another file"),
            (check.Name, check.Outcome, check.Reason, check.Detail)
        );
    }

    [Fact]
    public void Every_fault_of_every_refuted_witness_is_told()
    {
        var check = WitnessChecks.Judge([
            Witness("a", false, Check.Failed("x", "r", "one"), Check.Passed("y", "fine"), Check.Failed("z", "r", "two")),
            Witness("b", true, Check.Failed("x", "r", "three")),
        ]);
        Assert.Equal("a: x: one; a: z: two; b: x: three", check.Detail);
    }

    [Fact]
    public void Only_witnesses_outside_that_hold_are_named_and_each_once()
    {
        var check = WitnessChecks.Judge([
            Witness("weave", true),
            Witness("weave", true),
            Witness("vault", false),
            Witness("ots", true) with
            {
                State = ReceiptState.Submitted,
            },
            Witness("tsa", true),
        ]);
        Assert.Equal((CheckOutcome.Passed, "seen outside by weave, tsa"), (check.Outcome, check.Detail));
    }

    [Theory]
    [InlineData(false, ReceiptState.Final)]
    [InlineData(true, ReceiptState.Prepared)]
    [InlineData(true, ReceiptState.Submitted)]
    [InlineData(true, ReceiptState.Rejected)]
    public void Without_one_outside_that_holds_the_check_did_not_run_and_is_not_required(bool isOutside, ReceiptState state)
    {
        var check = WitnessChecks.Judge([Witness("a", isOutside) with { State = state }]);
        Assert.Equal((CheckOutcome.NotRun, false, "no_outside_witness"), (check.Outcome, check.IsRequired, check.Reason));
    }

    [Fact]
    public void A_required_check_that_did_not_run_is_no_witness()
    {
        var check = WitnessChecks.Judge([Witness("a", true, Check.Passed("x", ""), Check.Unreachable("y", "out_of_reach", "away"))]);
        Assert.Equal(CheckOutcome.NotRun, check.Outcome);
    }

    private static Check AssertFails(ImmutableArray<Check> checks, string name, string reason)
    {
        var failed = Assert.Single(checks, check => check.Outcome is not CheckOutcome.Passed);
        Assert.Equal((name, CheckOutcome.Failed, reason), (failed.Name, failed.Outcome, failed.Reason));
        return failed;
    }

    private static Task<ImmutableArray<Check>> AskAsync(Session session, ReadOnlyMemory<byte> note, long size, LoggedEntry entry) =>
        WitnessChecks.OfCheckpointAsync(session.FindLedger()!, note, size, entry.Envelope, entry.Index, CancellationToken.None);

    private static async Task<ReadOnlyMemory<byte>> NoteAsync(Session session, long size) =>
        (await session.FindLedger()!.FindCheckpointAsync(size, CancellationToken.None))!.Note;

    private async Task<IReadOnlyList<LoggedEntry>> PublishAsync(Session session, params string[] contents)
    {
        var entries = new List<LoggedEntry>();
        foreach (var content in contents)
        {
            entries.Add(await _scene.RecordAsync(session, content));
        }

        await session.DrainOutboxAsync(CancellationToken.None);
        return entries;
    }

    private static Witness Witness(string anchor, bool isOutside, params Check[] checks) =>
        new()
        {
            Anchor = anchor,
            World = "w",
            Network = "n",
            Target = AnchorTarget.Checkpoint,
            State = ReceiptState.Final,
            IsOutside = isOutside,
            Checks = checks.Length > 0 ? [.. checks] : [Check.Passed("receipt", "it holds")],
            Trust = "a test",
        };
}
