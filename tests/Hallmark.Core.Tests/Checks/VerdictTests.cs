using Hallmark.Core.Checks;

namespace Hallmark.Core.Tests.Checks;

public sealed class VerdictTests
{
    [Fact]
    public void A_verdict_without_checks_is_not_verified()
    {
        var verdict = new Verdict("nothing", []);
        Assert.Equal(VerdictStatus.Incomplete, verdict.Status);
        Assert.Equal(3, verdict.ExitCode);
    }

    [Fact]
    public void The_defaults_are_no_pass()
    {
        Assert.Equal(CheckOutcome.NotRun, default);
        Assert.Equal(VerdictStatus.Incomplete, default);
        Assert.True(new Check { Name = "signature", Outcome = CheckOutcome.Passed }.IsRequired);
    }

    [Fact]
    public void Every_required_check_passed_is_verified_and_exits_with_0()
    {
        var verdict = Of(Required(CheckOutcome.Passed), Required(CheckOutcome.Passed));
        Assert.Equal(VerdictStatus.Verified, verdict.Status);
        Assert.Equal(0, verdict.ExitCode);
    }

    [Fact]
    public void One_required_check_that_did_not_run_makes_the_verdict_incomplete_wherever_it_stands()
    {
        var (passed, notRun) = (Required(CheckOutcome.Passed), Required(CheckOutcome.NotRun));
        foreach (var verdict in new[] { Of(notRun), Of(passed, notRun), Of(notRun, passed), Of(passed, notRun, passed) })
        {
            Assert.Equal(VerdictStatus.Incomplete, verdict.Status);
            Assert.Equal(3, verdict.ExitCode);
        }
    }

    [Fact]
    public void One_failed_check_fails_the_verdict_whatever_else_passed_or_did_not_run()
    {
        foreach (var failed in new[] { Required(CheckOutcome.Failed), Optional(CheckOutcome.Failed) })
        {
            foreach (
                var other in new[]
                {
                    Required(CheckOutcome.Passed),
                    Required(CheckOutcome.NotRun),
                    Optional(CheckOutcome.Passed),
                    Optional(CheckOutcome.NotRun),
                }
            )
            {
                foreach (var verdict in new[] { Of(failed), Of(failed, other), Of(other, failed), Of(other, failed, other) })
                {
                    Assert.Equal(VerdictStatus.Failed, verdict.Status);
                    Assert.Equal(1, verdict.ExitCode);
                }
            }
        }
    }

    [Fact]
    public void Passed_checks_of_which_none_is_required_verify_nothing() =>
        Assert.Equal(VerdictStatus.Incomplete, Of(Optional(CheckOutcome.Passed), Optional(CheckOutcome.Passed)).Status);

    [Fact]
    public void An_optional_check_that_did_not_run_does_not_stand_in_the_way()
    {
        Assert.Equal(VerdictStatus.Verified, Of(Required(CheckOutcome.Passed), Optional(CheckOutcome.NotRun)).Status);
        Assert.Equal(VerdictStatus.Incomplete, Of(Required(CheckOutcome.NotRun), Optional(CheckOutcome.Passed)).Status);
    }

    /// <summary>All verdicts of up to four checks, against the rule said the other way round.</summary>
    [Fact]
    public void No_combination_of_checks_is_verified_that_should_not_be()
    {
        Check[] kinds = [.. Enum.GetValues<CheckOutcome>().SelectMany(outcome => new[] { Required(outcome), Optional(outcome) })];
        IEnumerable<Check[]> combinations =
        [
            [],
        ];
        for (var length = 1; length <= 4; length++)
        {
            combinations = [.. combinations.SelectMany(checks => kinds.Select(kind => (Check[])[.. checks, kind]))];
            foreach (var checks in combinations)
            {
                var failed = checks.Count(check => check.Outcome == CheckOutcome.Failed);
                var required = checks.Count(check => check.IsRequired);
                var requiredPassed = checks.Count(check => check is { IsRequired: true, Outcome: CheckOutcome.Passed });
                var expected =
                    failed > 0 ? VerdictStatus.Failed
                    : required > 0 && required == requiredPassed ? VerdictStatus.Verified
                    : VerdictStatus.Incomplete;
                Assert.Equal(expected, Of(checks).Status);
            }
        }
    }

    private static Verdict Of(params Check[] checks) => new("subject", [.. checks]);

    private static Check Required(CheckOutcome outcome) => new() { Name = "required", Outcome = outcome };

    private static Check Optional(CheckOutcome outcome) =>
        new()
        {
            Name = "optional",
            Outcome = outcome,
            IsRequired = false,
        };
}
