using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Policies;

namespace Hallmark.Core.Tests.Policies;

/// <summary>What a policy makes of witnesses (docs/formats/witness-policy.md).</summary>
public class WitnessPolicyTests
{
    [Theory]
    [InlineData("arweave", CheckOutcome.Passed)]
    [InlineData("require arweave", CheckOutcome.Passed)]
    [InlineData("ots", CheckOutcome.NotRun)]
    [InlineData("opentimestamps", CheckOutcome.NotRun)]
    [InlineData("tsa", CheckOutcome.Failed)]
    [InlineData("rfc3161", CheckOutcome.Failed)]
    [InlineData("git", CheckOutcome.Failed)]
    [InlineData("arweave and ots", CheckOutcome.NotRun)]
    [InlineData("arweave or ots", CheckOutcome.Passed)]
    [InlineData("ots and tsa", CheckOutcome.Failed)]
    [InlineData("ots or tsa", CheckOutcome.NotRun)]
    [InlineData("2 of (arweave, ots, tsa)", CheckOutcome.NotRun)]
    [InlineData("require 1 of (arweave, ots, tsa)", CheckOutcome.Passed)]
    [InlineData("3 of (arweave, ots, tsa)", CheckOutcome.Failed)]
    [InlineData("arweave and any(ots, tsa)", CheckOutcome.NotRun)]
    [InlineData("all(arweave, git or arweave)", CheckOutcome.Passed)]
    [InlineData("tsa or git or arweave and ots", CheckOutcome.NotRun)]
    [InlineData("(tsa or arweave) and (git or arweave)", CheckOutcome.Passed)]
    public void A_final_arweave_a_pending_ots_and_a_refuted_tsa_give(string policy, CheckOutcome outcome)
    {
        var check = Ask(policy, Witnesses.Final("arweave"), Witnesses.Pending("opentimestamps"), Witnesses.Refuted("rfc3161"));

        Assert.Equal((WitnessPolicy.CheckName, outcome), (check.Name, check.Outcome));
        Assert.True(check.IsRequired);
        Assert.Equal(outcome is CheckOutcome.NotRun, check.IsOutOfReach);
    }

    [Fact]
    public void The_detail_tells_each_term()
    {
        var check = Ask(
            "2 of (arweave level>=2, ots, tsa, git)",
            Witnesses.Final("arweave") with
            {
                Level = 3,
            },
            Witnesses.Pending("opentimestamps"),
            Witnesses.Refuted("rfc3161")
        );

        Assert.Equal(
            "require 2 of (arweave level>=2, ots, tsa, git) (arweave level>=2: holds, existed before 2026-03-01 13:00 UTC; ots: not yet, submitted; "
                + "tsa: refuted by its own checks; git: no such witness)",
            check.Detail
        );
        Assert.Equal("witnesses_pending", check.Reason);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("45m", 45 * 60)]
    [InlineData("12h", 12 * 3_600)]
    [InlineData("30d", 30 * 86_400)]
    [InlineData("2w", 14 * 86_400)]
    public void A_time_within_is_met_to_its_last_moment_and_not_a_tick_longer(string within, int seconds)
    {
        var last = Witnesses.SignedAt.AddSeconds(seconds);
        var policy = $"ots within {within}";
        Assert.Equal(CheckOutcome.Passed, Ask(policy, Witnesses.Final("opentimestamps") with { ExistedBefore = last }).Outcome);
        var late = Ask(policy, Witnesses.Final("opentimestamps") with { ExistedBefore = last.AddTicks(1) });
        Assert.Equal((CheckOutcome.Failed, "witnesses_missing"), (late.Outcome, late.Reason));
        Assert.Contains($"{policy}: does not hold, final, existed before ", late.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_term_is_told_also_where_the_first_would_have_been_enough()
    {
        var check = Ask("arweave or git or tsa", Witnesses.Final("arweave"), Witnesses.Pending("rfc3161"));
        Assert.Equal((CheckOutcome.Passed, null), (check.Outcome, check.Reason));
        Assert.EndsWith("; git: no such witness; tsa: not yet, submitted)", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_witness_that_is_not_outside_counts_where_it_is_asked_for_and_is_told_apart()
    {
        var check = Ask("checkpoint-file", Witnesses.Final("checkpoint-file") with { IsOutside = false });

        Assert.Equal(CheckOutcome.Passed, check.Outcome);
        Assert.Contains("not an outside witness", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_world_means_the_world_and_never_an_anchor_of_that_name()
    {
        var posing = Witnesses.Final("checkpoint-file", anchor: "arweave");

        Assert.Equal(CheckOutcome.Failed, Ask("arweave", posing).Outcome);
        Assert.Equal(CheckOutcome.Passed, Ask("ARWEAVE", Witnesses.Final("arweave", anchor: "turbo")).Outcome);
        Assert.Equal(CheckOutcome.Passed, Ask("turbo", Witnesses.Final("arweave", anchor: "turbo")).Outcome);
        Assert.Equal(CheckOutcome.Failed, Ask("Turbo", Witnesses.Final("arweave", anchor: "turbo")).Outcome);
    }

    [Fact]
    public void Of_several_witnesses_of_one_world_the_best_counts() =>
        Assert.Equal(
            CheckOutcome.Passed,
            Ask("ots", Witnesses.Refuted("opentimestamps"), Witnesses.Pending("opentimestamps"), Witnesses.Final("opentimestamps")).Outcome
        );

    [Fact]
    public void A_witness_whose_required_check_did_not_run_leaves_the_answer_open() =>
        Assert.Equal(CheckOutcome.NotRun, Ask("tsa", Witnesses.Unvouched("rfc3161")).Outcome);

    [Fact]
    public void A_witness_without_any_required_check_never_holds() =>
        Assert.Equal(CheckOutcome.NotRun, Ask("tsa", Witnesses.Final("rfc3161") with { Checks = [] }).Outcome);

    [Fact]
    public void A_rejected_submission_never_counts() =>
        Assert.Equal(CheckOutcome.Failed, Ask("tsa", Witnesses.Final("rfc3161") with { State = ReceiptState.Rejected }).Outcome);

    [Theory]
    [InlineData("ots", ReceiptState.Confirmed, CheckOutcome.Passed)]
    [InlineData("ots", ReceiptState.Submitted, CheckOutcome.NotRun)]
    [InlineData("ots state>=submitted", ReceiptState.Submitted, CheckOutcome.Passed)]
    [InlineData("ots state>=submitted", ReceiptState.Prepared, CheckOutcome.NotRun)]
    [InlineData("ots state>=final", ReceiptState.Confirmed, CheckOutcome.NotRun)]
    [InlineData("ots state>=final", ReceiptState.Final, CheckOutcome.Passed)]
    public void A_state_is_the_least_that_is_taken(string policy, ReceiptState state, CheckOutcome outcome) =>
        Assert.Equal(outcome, Ask(policy, Witnesses.Final("opentimestamps") with { State = state }).Outcome);

    [Theory]
    [InlineData(6, CheckOutcome.Passed)]
    [InlineData(5, CheckOutcome.NotRun)]
    [InlineData(null, CheckOutcome.NotRun)]
    public void Too_few_confirmations_can_still_become_enough(int? depth, CheckOutcome outcome) =>
        Assert.Equal(outcome, Ask("ots confirmations>=6", Witnesses.Final("opentimestamps") with { Depth = depth }).Outcome);

    [Theory]
    [InlineData(2, ReceiptState.Final, CheckOutcome.Passed)]
    [InlineData(1, ReceiptState.Confirmed, CheckOutcome.NotRun)]
    [InlineData(1, ReceiptState.Final, CheckOutcome.Failed)]
    [InlineData(null, ReceiptState.Final, CheckOutcome.Failed)]
    public void A_level_too_low_fails_once_nothing_more_is_waited_for(int? level, ReceiptState state, CheckOutcome outcome) =>
        Assert.Equal(outcome, Ask("arweave level>=2", Witnesses.Final("arweave") with { Level = level, State = state }).Outcome);

    [Theory]
    [InlineData(60, CheckOutcome.Passed)]
    [InlineData(61, CheckOutcome.Failed)]
    [InlineData(-5, CheckOutcome.Passed)]
    [InlineData(null, CheckOutcome.Failed)]
    public void Within_bounds_the_time_from_signing_to_the_time_proven(int? minutesLater, CheckOutcome outcome)
    {
        var existed = minutesLater is { } minutes ? Witnesses.SignedAt.AddMinutes(minutes) : (DateTimeOffset?)null;

        Assert.Equal(outcome, Ask("tsa within 1h", Witnesses.Final("rfc3161") with { ExistedBefore = existed }).Outcome);
    }

    [Fact]
    public void Within_stays_open_where_nobody_knows_when_the_event_was_signed_or_the_witness_is_pending()
    {
        Assert.Equal(CheckOutcome.NotRun, WitnessPolicy.Parse("tsa within 1h").Evaluate([Witnesses.Final("rfc3161")]).Outcome);
        Assert.Equal(CheckOutcome.NotRun, Ask("tsa within 1h", Witnesses.Pending("rfc3161")).Outcome);
    }

    [Fact]
    public void A_time_at_the_end_of_time_is_no_accident()
    {
        var late = Witnesses.Final("rfc3161") with { ExistedBefore = DateTimeOffset.MaxValue };

        Assert.Equal(CheckOutcome.Failed, WitnessPolicy.Parse("tsa within 36500w").Evaluate([late], DateTimeOffset.MinValue).Outcome);
    }

    private static Check Ask(string policy, params Witness[] witnesses) =>
        WitnessPolicy.Parse(policy).Evaluate(witnesses, Witnesses.SignedAt);
}
