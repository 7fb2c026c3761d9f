using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Policies;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Tests.Answers;

/// <summary>What the witnesses of a bundle mean for its events (docs/formats/evidence.md, checks <c>witnesses</c> and <c>witness_policy</c>).</summary>
public sealed class WitnessJudgementTests
{
    [Fact]
    public void Without_receipts_nothing_is_said_and_nothing_required()
    {
        var check = new WitnessJudgement([]).Judge();
        Assert.Equal((CheckOutcome.NotRun, "no_outside_witness", false), (check.Outcome, check.Reason, check.IsRequired));
        Assert.Equal("there is no receipt of an anchor", check.Detail);
    }

    [Fact]
    public void Outside_worlds_are_named_once_each_in_the_order_of_the_receipts()
    {
        var check = new WitnessJudgement([Seen("ots"), Seen("arweave"), Seen("ots"), Seen("own", isOutside: false)]).Judge();
        Assert.Equal((CheckOutcome.Passed, "seen outside by ots, arweave"), (check.Outcome, check.Detail));
    }

    [Fact]
    public void A_witness_of_ones_own_or_a_pending_one_is_no_outside_witness()
    {
        var pending = Seen("ots", state: ReceiptState.Submitted);
        var check = new WitnessJudgement([Seen("own", isOutside: false), pending]).Judge();
        Assert.Equal((CheckOutcome.NotRun, "no_outside_witness"), (check.Outcome, check.Reason));
        Assert.Equal("of 2 receipts none bears out an outside witness yet", check.Detail);
    }

    [Fact]
    public void One_refuted_receipt_fails_beside_any_number_that_hold_and_each_is_named()
    {
        var check = new WitnessJudgement([
            Seen("ots"),
            Seen("tsa", outcome: CheckOutcome.Failed),
            Seen("git", outcome: CheckOutcome.Failed, isOutside: false),
        ]).Judge();
        Assert.Equal((CheckOutcome.Failed, "refuted"), (check.Outcome, check.Reason));
        Assert.Equal("receipt of tsa-anchor (tsa): seen: so it is; receipt of git-anchor (git): seen: so it is", check.Detail);
        Assert.Equal(["receipt of tsa-anchor (tsa)", "receipt of git-anchor (git)"], check.Differences.Select(part => part.What));
    }

    [Fact]
    public void Of_many_faults_three_are_told_and_the_rest_counted()
    {
        var check = new WitnessJudgement([.. Enumerable.Range(0, 5).Select(i => Seen($"w{i}", outcome: CheckOutcome.Failed))]).Judge();
        Assert.EndsWith("(w2): seen: so it is; and 2 more", check.Detail, StringComparison.Ordinal);
        Assert.Equal(5, check.Differences.Length);
        Assert.DoesNotContain(
            "more",
            new WitnessJudgement([.. Enumerable.Range(0, 3).Select(i => Seen($"w{i}", outcome: CheckOutcome.Failed))]).Judge().Detail,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_nobody_vouches_for_is_said_once_for_each_world()
    {
        FoundWitness Unvouched(string world) =>
            Seen(world) is var seen
                ? seen with
                {
                    Witness = seen.Witness with
                    {
                        Checks = [Check.NotRun(ReceiptVerifiers.TrustCheck, "nobody_vouches", "nobody: " + world)],
                    },
                }
                : throw new InvalidOperationException();

        var check = new WitnessJudgement([Unvouched("moon"), Unvouched("mars"), Unvouched("moon")]).Judge();
        Assert.Equal("nobody: moon; nobody: mars", check.Detail);
    }

    [Theory]
    [InlineData(6UL, true)]
    [InlineData(7UL, false)]
    [InlineData(0UL, true)]
    public void A_checkpoint_speaks_for_the_entries_below_its_size(ulong index, bool speaks)
    {
        Assert.Equal(speaks, Seen("ots", treeSize: 7).SpeaksFor(index));
        Assert.Equal(index == 6, Seen("ots", treeSize: null, index: 6).SpeaksFor(index));
        Assert.False(Seen("ots", treeSize: null).SpeaksFor(index));
    }

    [Fact]
    public void A_policy_is_asked_of_those_that_speak_for_the_event_and_the_answer_names_it()
    {
        var judgement = new WitnessJudgement([Seen("git", treeSize: 7), Seen("arweave", treeSize: null, index: 9)]);
        var policy = WitnessPolicy.Parse("git or arweave");
        Assert.Equal(CheckOutcome.Passed, judgement.Ask(policy, 6, "entry 6", null).Outcome);
        Assert.Equal(CheckOutcome.Failed, judgement.Ask(policy, 7, "entry 7", null).Outcome);
        Assert.Equal(CheckOutcome.Passed, judgement.Ask(policy, 9, "entry 9", null).Outcome);
        Assert.EndsWith(", for entry 7", judgement.Ask(policy, 7, "entry 7", null).Detail, StringComparison.Ordinal);
    }

    /// <summary>The names of anchors are what the bundle's maker wrote; only worlds are known.</summary>
    [Fact]
    public void The_name_of_an_anchor_meets_no_term() =>
        Assert.Equal(
            CheckOutcome.Failed,
            new WitnessJudgement([Seen("moon", treeSize: 7)]).Ask(WitnessPolicy.Parse("moon-anchor"), 0, "it", null).Outcome
        );

    [Fact]
    public void Of_all_events_the_worst_answer_counts_and_the_first_of_equals()
    {
        var judgement = new WitnessJudgement([Seen("git", treeSize: 7), Seen("arweave", treeSize: 9, state: ReceiptState.Submitted)]);
        var policy = WitnessPolicy.Parse("git or arweave");
        Assert.Equal((CheckOutcome.Passed, "a"), Ask(("a", 1), ("b", 2)));
        Assert.Equal((CheckOutcome.NotRun, "b"), Ask(("a", 1), ("b", 7), ("c", 8)));
        Assert.Equal((CheckOutcome.Failed, "c"), Ask(("a", 1), ("b", 7), ("c", 9), ("d", 10)));
        Assert.Equal((CheckOutcome.Failed, "a"), Ask(("a", 9), ("b", 7), ("c", 1)));

        (CheckOutcome, string) Ask(params (string Name, ulong Index)[] entries)
        {
            var worst = judgement.Ask(policy, entries.Select(entry => EntryOf(entry.Name, entry.Index)));
            return (worst.Outcome, worst.Detail![^1..]);
        }
    }

    [Fact]
    public void A_policy_over_no_events_is_not_met() =>
        Assert.Equal(CheckOutcome.Failed, new WitnessJudgement([Seen("git", treeSize: 7)]).Ask(WitnessPolicy.Parse("git"), []).Outcome);

    private static EntryCheck EntryOf(string name, ulong index)
    {
        var envelope = BundleScene.Seal(1, "training_complete", new() { ["type"] = "mlflow_run", ["run_id"] = "r" }, "x"u8).Bytes;
        var entry = new Evidence.Bodies.BundleEntry(envelope, null, new Core.Merkle.InclusionProof(index, index + 1, []));
        return EntryCheck.Of(entry, "run:r", BundleScene.Trust.Judge) with { Name = name };
    }

    private static FoundWitness Seen(
        string world,
        ulong? treeSize = 7,
        ulong? index = null,
        CheckOutcome outcome = CheckOutcome.Passed,
        ReceiptState state = ReceiptState.Final,
        bool isOutside = true
    ) =>
        new(
            new Witness
            {
                Anchor = world + "-anchor",
                World = world,
                Network = "net",
                Target = AnchorTarget.Checkpoint,
                State = state,
                IsOutside = isOutside,
                Checks =
                [
                    new Check
                    {
                        Name = "seen",
                        Outcome = outcome,
                        Detail = "so it is",
                    },
                ],
                Trust = "a test",
            },
            treeSize,
            index
        );
}
