using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Core.Tests.Checks;

/// <summary>What each kind of answer means for a verdict in which it stands beside a check that passed.</summary>
public sealed class CheckMeaningTests
{
    private static readonly Check Sound = Check.Passed("sound", "it is");

    public static TheoryData<Check, VerdictStatus> Answers =>
        new()
        {
            { Check.Passed("x", "why"), VerdictStatus.Verified },
            { Check.Skipped("x", "code", "why"), VerdictStatus.Verified },
            { Check.NotRun("x", "code", "why"), VerdictStatus.Incomplete },
            { Check.Unreachable("x", "code", "why"), VerdictStatus.Incomplete },
            { Check.Failed("x", "code", "why"), VerdictStatus.Failed },
            { Check.Failed("x", "code", "why") with { IsRequired = false }, VerdictStatus.Failed },
            { Check.Unreachable("x", "code", "why") with { IsRequired = false }, VerdictStatus.Verified },
            {
                new Check { Name = "x", Outcome = default },
                VerdictStatus.Incomplete
            },
        };

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_beside_a_sound_one_decides_so(Check answer, VerdictStatus status)
    {
        foreach (var verdict in new[] { new Verdict("it", [Sound, answer]), new Verdict("it", [answer, Sound]) })
        {
            Assert.Equal(status, verdict.Status);
            Assert.Equal(
                status switch
                {
                    VerdictStatus.Verified => 0,
                    VerdictStatus.Failed => 1,
                    _ => 3,
                },
                verdict.ExitCode
            );
        }
    }

    [Fact]
    public void Only_what_could_not_be_reached_is_out_of_reach_and_only_what_was_skipped_is_not_required()
    {
        Check[] all =
        [
            Check.Passed("x", "why"),
            Check.Failed("x", "code", "why"),
            Check.NotRun("x", "code", "why"),
            Check.Skipped("x", "code", "why"),
            Check.Unreachable("x", "code", "why"),
        ];
        Assert.Equal([false, false, false, false, true], all.Select(check => check.IsOutOfReach));
        Assert.Equal([true, true, true, false, true], all.Select(check => check.IsRequired));
        Assert.Equal([null, "code", "code", "code", "code"], all.Select(check => check.Reason));
        Assert.All(all, check => Assert.Equal(("x", "why"), (check.Name, check.Detail)));
        Assert.All(all, check => Assert.Empty(check.Differences));
    }

    /// <summary>A witness counts as one from outside only where it is outside and its proof is there and held.</summary>
    [Fact]
    public void Witnesses_are_counted_that_are_outside_and_hold()
    {
        var outside = Policies.Witnesses.Final("arweave");
        var verdict = new Verdict("it", [Sound])
        {
            Witnesses =
            [
                outside,
                Policies.Witnesses.Final("opentimestamps"),
                outside with
                {
                    IsOutside = false,
                },
                Policies.Witnesses.Pending("git"),
                Policies.Witnesses.Refuted("rfc3161"),
                Policies.Witnesses.Unvouched("bitcoin"),
                outside with
                {
                    State = ReceiptState.Rejected,
                },
            ],
        };
        Assert.Equal(2, verdict.OutsideWitnessCount);
        Assert.Equal(0, new Verdict("it", [Sound]).OutsideWitnessCount);
    }
}
