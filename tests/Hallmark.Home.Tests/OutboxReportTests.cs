using Hallmark.Anchors;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Home.Tests;

/// <summary>What is said of a round of the outbox, in words, as JSON and as an exit code. What was done before anything failed is durable, so no sentence may sound as if something were lost.</summary>
public sealed class OutboxReportTests
{
    private const string Refused = "the bundler refused the item";

    public static TheoryData<OutboxReport, string, int> Sentences() =>
        new()
        {
            { new(0, 0, 0, 0, 0, 0, null), "all done", 0 },
            { new(7, 0, 0, 0, 0, 0, null), "all done", 0 },
            { new(1, 0, 0, 0, 2, 0, null), "2 handed over and waiting for the world, next: hallmark receipts list", 0 },
            { new(0, 3, 0, 3, 0, 0, null), "3 to do (not due yet); kept in the outbox, next: hallmark outbox drain", 3 },
            { new(0, 1, 0, 1, 0, 0, "away"), "1 to do (away); kept in the outbox, next: hallmark outbox drain", 3 },
            { new(0, 0, 1, 0, 0, 1, Refused), $"1 refused ({Refused}); kept, next: hallmark outbox list", 3 },
            { new(0, 0, 1, 0, 0, 1, null), "1 refused (see hallmark outbox list); kept, next: hallmark outbox list", 3 },
            { new(0, 0, 0, 0, 0, 4, null), "4 given up earlier, next: hallmark outbox list", 3 },
            {
                new(0, 1, 0, 1, 1, 1, "away"),
                "1 to do (away); kept in the outbox, next: hallmark outbox drain; 1 handed over and waiting for the world, next: hallmark receipts list; 1 given up earlier, next: hallmark outbox list",
                3
            },
            {
                new(0, 0, 2, 0, 5, 2, Refused),
                $"2 refused ({Refused}); kept, next: hallmark outbox list; 5 handed over and waiting for the world, next: hallmark receipts list",
                3
            },
        };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void A_report_says_what_is_left_and_what_to_do_next(OutboxReport report, string sentence, int exitCode)
    {
        ArgumentNullException.ThrowIfNull(report);
        Assert.Equal(sentence, report.Describe());
        Assert.Equal(exitCode, report.ExitCode);
    }

    [Fact]
    public void As_JSON_it_says_every_number()
    {
        Assert.Equal(
            """{"done":1,"postponed":2,"refused":3,"to_do":4,"waiting":5,"given_up":6,"last_error":"away"}""",
            new OutboxReport(1, 2, 3, 4, 5, 6, "away").ToJson().ToJsonString()
        );
        Assert.True(new OutboxReport(0, 0, 0, 0, 0, 0, null).ToJson().ContainsKey("last_error"));
    }

    /// <summary>Messages of ours are written without secrets; those of the base library and of packages may quote what they were given.</summary>
    [Fact]
    public void A_step_says_what_came_of_it_and_of_a_stranger_s_failure_the_kind_only()
    {
        var work = new OutboxWork("anchor:vault", "x"u8.ToArray());
        Assert.Equal("anchor:vault: done", new OutboxStep(work, OutboxResult.Done, null).Describe());
        Assert.Equal(
            "anchor:vault: waiting: in a block soon",
            new OutboxStep(work, OutboxResult.NotYet(TimeSpan.FromMinutes(1), "in a block soon"), null).Describe()
        );
        Assert.Equal(
            "anchor:vault: not done: the disk is away",
            new OutboxStep(work, null, new AnchorUnavailableException("the disk is away")).Describe()
        );
        Assert.Equal("anchor:vault: given up: no such item", new OutboxStep(work, null, new BadInputException("no such item")).Describe());
        var foreign = new OutboxStep(work, null, new InvalidOperationException("Password=t0psecret")).Describe();
        Assert.Equal("anchor:vault: not done: InvalidOperationException", foreign);
    }
}
