using System.Collections.Immutable;
using Hallmark.Cli.Output;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Cli.Tests.Output;

/// <summary>How far a witness is, in words. The words may never say more than the checks bear out.</summary>
public sealed class WitnessWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly Check Passed = new() { Name = "inclusion", Outcome = CheckOutcome.Passed };
    private static readonly Check Failed = new()
    {
        Name = "inclusion",
        Outcome = CheckOutcome.Failed,
        Detail = "the root is another",
    };
    private static readonly Check NotRun = new()
    {
        Name = "headers",
        Outcome = CheckOutcome.NotRun,
        Detail = "no header is at hand",
    };

    public static TheoryData<ReceiptState> States() => [.. Enum.GetValues<ReceiptState>()];

    [Theory]
    [MemberData(nameof(States))]
    public void A_refuted_witness_is_refuted_whatever_it_claims(ReceiptState state)
    {
        var witness = Make(state, Passed, Failed) with { ExistedBefore = Now, ExpectedAt = Now, Depth = 9 };
        Assert.Equal("refuted (the root is another)", WitnessWords.State(witness, Clock));
        Assert.Equal("proves nothing yet", WitnessWords.Proves(witness));
        Assert.Contains("✘", WitnessWords.Mark(Plain, witness), StringComparison.Ordinal);
        Assert.Null(WitnessWords.NextStep(Verdict(witness)));
    }

    [Theory]
    [InlineData(ReceiptState.Confirmed)]
    [InlineData(ReceiptState.Final)]
    public void What_was_not_checked_is_not_called_confirmed_or_final(ReceiptState state)
    {
        var witness = Make(state, Passed, NotRun) with { ExistedBefore = Now };
        Assert.Equal("not checked (no header is at hand)", WitnessWords.State(witness, Clock));
        Assert.Equal("proves nothing yet", WitnessWords.Proves(witness));
        Assert.Contains("–", WitnessWords.Mark(Plain, witness), StringComparison.Ordinal);
        Assert.StartsWith("not checked", WitnessWords.State(Make(state) with { ExistedBefore = Now }, Clock), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReceiptState.Prepared, "not sent yet", "…")]
    [InlineData(ReceiptState.Submitted, "pending (no estimate)", "…")]
    [InlineData(ReceiptState.Confirmed, "confirmed", "✔")]
    [InlineData(ReceiptState.Final, "final", "✔")]
    [InlineData(ReceiptState.Rejected, "rejected", "✘")]
    public void Each_state_has_its_words_and_its_mark(ReceiptState state, string words, string mark)
    {
        var witness = Make(state, Passed);
        Assert.Equal(words, WitnessWords.State(witness, Clock));
        Assert.Equal(mark, WitnessWords.Mark(Plain, witness));
    }

    [Fact]
    public void Depth_and_the_reason_of_a_rejection_are_told()
    {
        Assert.Equal("confirmed (6 deep)", WitnessWords.State(Make(ReceiptState.Confirmed, Passed) with { Depth = 6 }, Clock));
        Assert.Equal("rejected (no funds)", WitnessWords.State(Make(ReceiptState.Rejected, Passed) with { Remark = "no funds" }, Clock));
    }

    [Fact]
    public void A_promise_is_called_one_and_a_proof_is_not()
    {
        var promised = Make(ReceiptState.Submitted, Passed) with { ExistedBefore = Now, By = "the bundler's signed receipt" };
        Assert.Equal(
            "promised to have existed before 2026-11-21 12:00 UTC, by the bundler's signed receipt",
            WitnessWords.Proves(promised)
        );
        var proved = promised with { State = ReceiptState.Final };
        Assert.Equal("existed before 2026-11-21 12:00 UTC, by the bundler's signed receipt", WitnessWords.Proves(proved));
        Assert.Equal("existed before 2026-11-21 12:00 UTC", WitnessWords.Proves(proved with { By = null }));
        Assert.Equal("seen outside, at no proven time", WitnessWords.Proves(proved with { ExistedBefore = null }));
        Assert.Equal(
            "a copy kept elsewhere, no outside witness",
            WitnessWords.Proves(proved with { ExistedBefore = null, IsOutside = false })
        );
    }

    [Theory]
    [InlineData(-1, "any time now")]
    [InlineData(0, "any time now")]
    [InlineData(1, "about 1 s")]
    [InlineData(119, "about 119 s")]
    [InlineData(120, "about 2 min")]
    [InlineData(121, "about 3 min")]
    [InlineData(7_199, "about 120 min")]
    [InlineData(7_200, "about 2 h")]
    [InlineData(172_799, "about 48 h")]
    [InlineData(172_800, "about 2 days")]
    [InlineData(172_801, "about 3 days")]
    public void An_estimate_is_rounded_up_in_units_that_people_use(int seconds, string words) =>
        Assert.Equal(words, WitnessWords.Estimate(Now.AddSeconds(seconds), Clock));

    [Fact]
    public void Of_several_verdicts_the_least_witnessed_is_counted()
    {
        var one = Make(ReceiptState.Final, Passed);
        Assert.Equal("no outside witness yet", WitnessWords.Count([]));
        Assert.Equal("with 1 outside witness", WitnessWords.Count([Verdict(one)]));
        Assert.Equal("with 2 outside witnesses", WitnessWords.Count([Verdict(one, one with { Anchor = "other" })]));
        Assert.Equal("with 1 outside witness", WitnessWords.Count([Verdict(one), Verdict(one, one with { Anchor = "other" })]));
        Assert.Equal("no outside witness yet", WitnessWords.Count([Verdict(one), Verdict()]));
        Assert.Equal("no outside witness yet", WitnessWords.Count([Verdict(one with { IsOutside = false })]));
        Assert.Equal("no outside witness yet", WitnessWords.Count([Verdict(Make(ReceiptState.Submitted, Passed))]));
    }

    [Fact]
    public void What_is_not_sent_yet_is_to_be_sent_before_anything_is_asked_after()
    {
        var (prepared, submitted) = (Make(ReceiptState.Prepared, Passed), Make(ReceiptState.Submitted, Passed));
        Assert.Equal("hallmark outbox drain", WitnessWords.NextStep(Verdict(submitted, prepared)));
        Assert.StartsWith("hallmark receipts refresh", WitnessWords.NextStep(Verdict(submitted)), StringComparison.Ordinal);
        Assert.Null(WitnessWords.NextStep(Verdict(Make(ReceiptState.Final, Passed))));
        Assert.Null(WitnessWords.NextStep(Verdict()));
    }

    private static TimeProvider Clock { get; } = new FixedClock();

    private static Terminal Plain { get; } = new(TextWriter.Null, TextWriter.Null, false, false, new Dictionary<string, string>());

    private static Verdict Verdict(params Witness[] witnesses) => new("m", [Passed]) { Witnesses = [.. witnesses] };

    private static Witness Make(ReceiptState state, params ImmutableArray<Check> checks) =>
        new()
        {
            Anchor = "ots",
            World = "opentimestamps",
            Network = "mainnet",
            Target = AnchorTarget.Checkpoint,
            State = state,
            IsOutside = true,
            Checks = checks,
            Trust = "Bitcoin's miners",
        };

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
