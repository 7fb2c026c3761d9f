using Hallmark.Cli.Output;
using Hallmark.Core.Checks;

namespace Hallmark.Cli.Tests.Output;

public sealed class VerdictTextTests
{
    private static readonly Check Passed = new()
    {
        Name = "signature",
        Outcome = CheckOutcome.Passed,
        Detail = "Ed25519 by \"risk\"",
    };

    private static readonly Check Failed = new()
    {
        Name = "live_run",
        Outcome = CheckOutcome.Failed,
        Detail = "2 values differ",
        Differences =
        [
            new Difference("metrics.acc", "0.913", "0.967"),
            new Difference("params.x", "200", null),
            new Difference("model/extra.py", null, null),
        ],
    };

    private static readonly Check NotRun = new()
    {
        Name = "artifacts",
        Outcome = CheckOutcome.NotRun,
        Reason = "download_failed",
        IsOutOfReach = true,
    };

    [Fact]
    public void A_failed_verdict_says_how_many_things_differ_and_shows_anchored_beside_found()
    {
        var text = Text(new Verdict("run 447f", [Passed, Failed]));
        Assert.Contains("run 447f  FAILED: 3 things differ from what was anchored", text, StringComparison.Ordinal);
        Assert.Contains("metrics.acc   anchored 0.913   found 0.967", text, StringComparison.Ordinal);
        Assert.Contains("params.x   anchored 200   found (gone)", text, StringComparison.Ordinal);
        Assert.Contains("model/extra.py   not in the record", text, StringComparison.Ordinal);
        Assert.Contains("Does not prove", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_that_did_not_run_is_shown_as_such_and_the_verdict_is_incomplete()
    {
        var verdict = new Verdict("run 447f", [Passed, NotRun]);
        Assert.Equal(3, verdict.ExitCode);
        Assert.Contains("INCOMPLETE: 1 required check could not run", Text(verdict), StringComparison.Ordinal);
        Assert.Contains("– artifacts          not run (download_failed)", Text(verdict), StringComparison.Ordinal);
    }

    [Fact]
    public void A_verified_verdict_never_hides_that_no_outsider_saw_it() =>
        Assert.Contains("VERIFIED, no outside witness yet", Text(new Verdict("run 447f", [Passed])), StringComparison.Ordinal);

    [Fact]
    public void No_escape_sequence_from_a_store_reaches_the_terminal()
    {
        var evil = "\e[2J\e]0;owned\a\u202e";
        var text = Text(
            new Verdict(evil, [Failed with { Detail = evil, Differences = [new Difference(evil, evil, evil, evil)] }]) { Notes = [evil] }
        );
        Assert.DoesNotContain('\e', text);
        Assert.DoesNotContain('\a', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains("\\u001b[2J", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("", true)]
    public void Colour_goes_where_somebody_looks_and_has_not_asked_for_none(string noColor, bool isColoured)
    {
        var text = Text(
            new Verdict("m", [Passed]),
            isTerminal: true,
            new Dictionary<string, string> { ["NO_COLOR"] = noColor, ["TERM"] = "xterm" }
        );
        Assert.Equal(isColoured, text.Contains('\e', StringComparison.Ordinal));
        Assert.DoesNotContain('\e', Text(new Verdict("m", [Passed])));
        Assert.DoesNotContain(
            '\e',
            Text(new Verdict("m", [Passed]), isTerminal: true, new Dictionary<string, string> { ["TERM"] = "dumb" })
        );
    }

    private static string Text(Verdict verdict, bool isTerminal = false, Dictionary<string, string>? environment = null)
    {
        using var output = new StringWriter();
        VerdictText.Write(
            new Terminal(output, TextWriter.Null, isTerminal, isErrorTerminal: false, environment ?? []),
            verdict,
            isFull: false,
            TimeProvider.System
        );
        return output.ToString();
    }
}
