using Hallmark.Cli.Output;

namespace Hallmark.Cli.Tests.Output;

/// <summary>Colour and moving lines: for whoever looks, and for nobody else.</summary>
public sealed class TerminalTests
{
    public static TheoryData<bool, string?, string?, bool> Colours() =>
        new()
        {
            { true, null, null, true },
            { true, "", "xterm-256color", true },
            { true, "0", null, false }, // no-color.org: whatever the value, unless it is empty
            { true, "1", null, false },
            { true, null, "dumb", false },
            { false, null, null, false },
            { false, "", "xterm", false },
        };

    [Theory]
    [MemberData(nameof(Colours))]
    public void Colour_needs_a_terminal_that_can_and_somebody_who_wants_it(bool isTerminal, string? noColor, string? term, bool isColoured)
    {
        var terminal = Make(isTerminal, isTerminal, noColor, term);
        Assert.Equal(isColoured, terminal.UsesColour);
        foreach (
            var painted in new[]
            {
                terminal.Good("x"),
                terminal.Bad("x"),
                terminal.Undecided("x"),
                terminal.Quiet("x"),
                terminal.Strong("x"),
            }
        )
        {
            Assert.Equal(isColoured, painted != "x");
            Assert.Equal(isColoured, painted.EndsWith("\e[0m", StringComparison.Ordinal));
            Assert.Contains("x", painted, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Good_bad_and_undecided_are_three_colours()
    {
        var terminal = Make(true, true, null, null);
        Assert.Equal(3, new[] { terminal.Good("x"), terminal.Bad("x"), terminal.Undecided("x") }.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, "dumb", false)]
    [InlineData(false, null, false)]
    public void A_moving_line_needs_a_terminal_on_standard_error_whatever_standard_output_is(
        bool isErrorTerminal,
        string? term,
        bool isShown
    )
    {
        Assert.Equal(isShown, Make(false, isErrorTerminal, "1", term).ShowsProgress);
        Assert.Equal(isShown, Make(true, isErrorTerminal, null, term).ShowsProgress);
    }

    [Fact]
    public void Progress_is_shown_at_most_five_times_a_second_with_how_far_how_fast_and_how_long_still()
    {
        using var error = new StringWriter();
        var clock = new StepClock();
        using (var line = new ProgressLine(new Terminal(TextWriter.Null, error, false, true, new Dictionary<string, string>()), clock))
        {
            line.Show("model", 1_000, 4_000_000);
            Assert.Equal("", error.ToString());
            clock.Step(1_000);
            line.Show("model\e[2J", 1_000_000, 4_000_000);
            Assert.Equal("\r\e[Kmodel\\u001b[2J  1.0 MB of 4.0 MB  1.0 MB/s  3 s left", error.ToString());
            clock.Step(100);
            line.Show("model", 1_100_000, 4_000_000);
            Assert.Single(error.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries));
            clock.Step(900);
            line.Show("model", 4_000_000, 4_000_000);
            Assert.EndsWith("4.0 MB of 4.0 MB  2.0 MB/s", error.ToString(), StringComparison.Ordinal);
        }

        Assert.EndsWith("\r\e[K", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_was_shown_is_wiped_once_and_one_that_was_not_leaves_nothing()
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error, false, true, new Dictionary<string, string>());
        new ProgressLine(terminal, new StepClock()).Dispose();
        Assert.Equal("", error.ToString());

        var line = new ProgressLine(terminal, new StepClock());
        line.Say("waiting\n");
        line.Dispose();
        line.Dispose();
        Assert.Equal("\r\e[Kwaiting\\u000a\r\e[K", error.ToString());
    }

    [Fact]
    public void Nothing_moves_where_nobody_looks()
    {
        using var error = new StringWriter();
        var clock = new StepClock();
        using (var line = new ProgressLine(new Terminal(TextWriter.Null, error, true, false, new Dictionary<string, string>()), clock))
        {
            clock.Step(60_000);
            line.Show("model", 1, 2);
            line.Say("waiting");
        }

        Assert.Equal("", error.ToString());
    }

    private static Terminal Make(bool isOutput, bool isError, string? noColor, string? term)
    {
        var environment = new Dictionary<string, string>();
        if (noColor is not null)
        {
            environment["NO_COLOR"] = noColor;
        }

        if (term is not null)
        {
            environment["TERM"] = term;
        }

        return new Terminal(TextWriter.Null, TextWriter.Null, isOutput, isError, environment);
    }

    private sealed class StepClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => _now;

        public void Step(int milliseconds) => _now += milliseconds;
    }
}
