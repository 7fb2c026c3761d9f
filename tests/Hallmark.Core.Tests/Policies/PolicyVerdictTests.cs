using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Policies;

namespace Hallmark.Core.Tests.Policies;

/// <summary>Which of several witnesses a term speaks of, each condition against each thing that is known of a witness, and what a quorum makes of the answers.</summary>
public class PolicyVerdictTests
{
    private static readonly DateTimeOffset Signed = Witnesses.SignedAt;

    /// <summary>docs/formats/witness-policy.md, "Names": the world, whatever the anchor is called.</summary>
    [Theory]
    [InlineData("arweave", "arweave")]
    [InlineData("opentimestamps", "opentimestamps")]
    [InlineData("ots", "opentimestamps")]
    [InlineData("rfc3161", "rfc3161")]
    [InlineData("tsa", "rfc3161")]
    [InlineData("git", "git")]
    [InlineData("checkpoint-file", "checkpoint-file")]
    [InlineData("bitcoin", "bitcoin")]
    [InlineData("ethereum", "ethereum")]
    [InlineData("ipfs", "ipfs")]
    [InlineData("rekor", "rekor")]
    public void A_worlds_name_in_any_case_and_in_quotes_means_that_world_and_no_other(string name, string world)
    {
        foreach (var term in new[] { name, name.ToUpperInvariant(), $"\"{name}\"" })
        {
            Assert.Equal(CheckOutcome.Passed, Ask(term, Witnesses.Final(world, anchor: "mine")).Outcome);
            Assert.Equal(CheckOutcome.Failed, Ask(term, Witnesses.Final("moon", anchor: name)).Outcome);
        }

        Assert.Equal(world, WorldNames.Find(name));
        Assert.Null(WorldNames.Find(name + "s"));
    }

    [Fact]
    public void Any_other_name_means_the_anchor_or_the_world_of_exactly_that_name()
    {
        Assert.Equal(CheckOutcome.Passed, Ask("moon", Witnesses.Final("moon", anchor: "x")).Outcome);
        Assert.Equal(CheckOutcome.Passed, Ask("moon", Witnesses.Final("ots", anchor: "moon")).Outcome);
        Assert.Equal(CheckOutcome.Failed, Ask("Moon", Witnesses.Final("moon", anchor: "moon")).Outcome);
    }

    [Fact]
    public void Of_witnesses_with_the_same_answer_the_first_is_told_and_a_better_one_instead_of_it()
    {
        var refuted = Witnesses.Refuted("ots") with { World = "opentimestamps" };
        var rejected = Witnesses.Final("opentimestamps") with { State = ReceiptState.Rejected, ExistedBefore = null };
        var prepared = Witnesses.Pending("opentimestamps") with { State = ReceiptState.Prepared };
        var submitted = Witnesses.Pending("opentimestamps");

        Assert.Equal("refuted by its own checks", Finding("ots", refuted, rejected));
        Assert.Equal("does not hold, rejected", Finding("ots", rejected, refuted));
        Assert.Equal("not yet, prepared", Finding("ots", rejected, prepared, submitted));
        Assert.Equal("not yet, submitted", Finding("ots", submitted, prepared, refuted));
        Assert.Equal(
            "holds, existed before 2026-03-01 13:00 UTC",
            Finding("ots", submitted, Witnesses.Final("opentimestamps"), Witnesses.Final("opentimestamps") with { ExistedBefore = Signed })
        );
        Assert.Equal("no such witness", Finding("ots", Witnesses.Final("arweave")));
    }

    [Fact]
    public void A_time_is_told_in_utc_to_the_minute_whatever_its_offset()
    {
        var elsewhere = new DateTimeOffset(2026, 3, 2, 1, 59, 59, TimeSpan.FromHours(5));
        Assert.Equal(
            "holds, existed before 2026-03-01 20:59 UTC",
            Finding("ots", Witnesses.Final("opentimestamps") with { ExistedBefore = elsewhere })
        );
    }

    /// <summary>What is not required does not make a witness hold, does not keep it from holding, and refutes it where it failed.</summary>
    [Theory]
    [InlineData(CheckOutcome.Passed, CheckOutcome.Passed)]
    [InlineData(CheckOutcome.NotRun, CheckOutcome.Passed)]
    [InlineData(CheckOutcome.Failed, CheckOutcome.Failed)]
    public void A_check_that_is_not_required_only_matters_where_it_failed(CheckOutcome optional, CheckOutcome outcome)
    {
        var sound = Witnesses.Final("arweave");
        var beside = new Check
        {
            Name = "beside",
            Outcome = optional,
            IsRequired = false,
        };
        Assert.Equal(outcome, Ask("arweave", sound with { Checks = [.. sound.Checks, beside] }).Outcome);
        Assert.NotEqual(CheckOutcome.Passed, Ask("arweave", sound with { Checks = [beside] }).Outcome);
    }

    /// <summary>
    /// A level or a time that is missing is final only where nothing more will come: the state is final and every check passed. A depth never is, for a chain only grows.
    /// </summary>
    [Theory]
    [InlineData(ReceiptState.Final, CheckOutcome.Passed, CheckOutcome.Failed)]
    [InlineData(ReceiptState.Final, CheckOutcome.NotRun, CheckOutcome.NotRun)]
    [InlineData(ReceiptState.Confirmed, CheckOutcome.Passed, CheckOutcome.NotRun)]
    [InlineData(ReceiptState.Submitted, CheckOutcome.Passed, CheckOutcome.NotRun)]
    [InlineData(ReceiptState.Prepared, CheckOutcome.Passed, CheckOutcome.NotRun)]
    public void What_is_missing_is_missing_for_good_only_once_the_receipt_is_complete(
        ReceiptState state,
        CheckOutcome trust,
        CheckOutcome outcome
    )
    {
        var witness = Witnesses.Final("arweave") with
        {
            State = state,
            ExistedBefore = null,
            Checks = [new Check { Name = "trust", Outcome = trust }],
        };
        Assert.Equal(outcome, Ask("arweave state>=submitted level>=1", witness).Outcome);
        Assert.Equal(outcome, Ask("arweave state>=submitted within 1h", witness).Outcome);
        Assert.Equal(CheckOutcome.NotRun, Ask("arweave confirmations>=1 state>=final", witness).Outcome);
    }

    [Fact]
    public void A_time_too_late_is_too_late_also_while_the_receipt_is_not_complete()
    {
        var late = Witnesses.Final("arweave") with { State = ReceiptState.Submitted, ExistedBefore = Signed.AddHours(1).AddTicks(1) };
        Assert.Equal(CheckOutcome.Failed, Ask("arweave state>=submitted within 1h", late).Outcome);
        Assert.Equal(CheckOutcome.NotRun, WitnessPolicy.Parse("arweave within 1h").Evaluate([late]).Outcome);
    }

    /// <summary>Two conditions on one witness: one that is lost loses, whatever is still open beside it.</summary>
    [Theory]
    [InlineData(3, 6, 30, CheckOutcome.Passed)]
    [InlineData(1, 6, 30, CheckOutcome.Failed)]
    [InlineData(3, 5, 30, CheckOutcome.NotRun)]
    [InlineData(3, 6, 61, CheckOutcome.Failed)]
    [InlineData(1, 5, 30, CheckOutcome.Failed)]
    [InlineData(3, 5, 61, CheckOutcome.Failed)]
    public void The_worst_of_a_terms_conditions_counts(int level, int depth, int minutes, CheckOutcome outcome)
    {
        var witness = Witnesses.Final("arweave") with { Level = level, Depth = depth, ExistedBefore = Signed.AddMinutes(minutes) };
        Assert.Equal(outcome, Ask("arweave level>=2 confirmations>=6 within 1h", witness).Outcome);
    }

    /// <summary>One witness has the level, the other the depth: neither has both.</summary>
    [Fact]
    public void Conditions_are_met_by_one_witness_and_not_by_several_together()
    {
        var leveled = Witnesses.Final("arweave") with { Level = 3, Depth = 1 };
        var deep = Witnesses.Final("arweave") with { Level = 1, Depth = 100 };
        Assert.Equal(CheckOutcome.NotRun, Ask("arweave level>=2 confirmations>=6", leveled, deep).Outcome);
        Assert.Equal(CheckOutcome.Passed, Ask("arweave level>=2 and arweave confirmations>=6", leveled, deep).Outcome);
    }

    /// <summary>Every quorum of every number of witnesses that hold, are open, and are missing, counted by hand.</summary>
    [Fact]
    public void A_quorum_counts_those_that_hold_and_then_those_that_still_could()
    {
        for (var size = 1; size <= 5; size++)
        {
            for (var required = 1; required <= size; required++)
            {
                for (var met = 0; met <= size; met++)
                {
                    for (var open = 0; met + open <= size; open++)
                    {
                        var witnesses = Enumerable
                            .Range(0, met + open)
                            .Select(i => i < met ? Witnesses.Final($"w{i}") : Witnesses.Pending($"w{i}"))
                            .ToArray();
                        var names = string.Join(", ", Enumerable.Range(0, size).Select(i => $"w{i}"));
                        var expected =
                            met >= required ? CheckOutcome.Passed
                            : met + open >= required ? CheckOutcome.NotRun
                            : CheckOutcome.Failed;
                        Assert.Equal(expected, Ask($"{required} of ({names})", witnesses).Outcome);
                    }
                }
            }
        }
    }

    [Fact]
    public void Without_a_single_witness_every_policy_fails_and_tells_each_term()
    {
        var check = Ask("2 of (ots, arweave within 2w, any(git, \"all\"))");
        Assert.Equal((CheckOutcome.Failed, "witnesses_missing", false), (check.Outcome, check.Reason, check.IsOutOfReach));
        Assert.Equal(
            "require 2 of (ots, arweave within 2w, git or \"all\") (ots: no such witness; arweave within 2w: no such witness; "
                + "git: no such witness; \"all\": no such witness)",
            check.Detail
        );
    }

    [Fact]
    public void A_policy_can_be_asked_again_and_keeps_nothing_of_what_it_was_told()
    {
        var policy = WitnessPolicy.Parse("ots");
        Assert.Equal(CheckOutcome.Passed, policy.Evaluate([Witnesses.Final("opentimestamps")]).Outcome);
        var again = policy.Evaluate([]);
        Assert.Equal((CheckOutcome.Failed, "require ots (ots: no such witness)"), (again.Outcome, again.Detail));
        Assert.Throws<ArgumentNullException>(() => policy.Evaluate(null!));
    }

    private static Check Ask(string policy, params Witness[] witnesses) => WitnessPolicy.Parse(policy).Evaluate(witnesses, Signed);

    private static string Finding(string policy, params Witness[] witnesses)
    {
        var detail = Ask(policy, witnesses).Detail!;
        var start = $"require {policy} ({policy}: ";
        Assert.StartsWith(start, detail, StringComparison.Ordinal);
        return detail[start.Length..^1];
    }
}
