using Hallmark.Inference.Status;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>How old a look is, by two clocks that need not agree.</summary>
public sealed class AgentClockTests
{
    [Fact]
    public async Task An_answer_is_stale_when_the_last_look_is_older_than_max_age_and_fresh_at_exactly_that_age()
    {
        await using var scene = new AgentScene();
        var agent = await scene.StartAsync();
        await scene.LookAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(120));
        Assert.False(agent.FindStatus("m")!.IsStale);
        scene.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var status = agent.FindStatus("m")!;
        Assert.True(status.IsStale);
        Assert.Equal(AssetOutcome.Verified, status.Outcome);
        Assert.Equal("2026-11-21T12:01:00.000Z", status.LastVerifiedAt);
        Assert.Equal(120, status.MaxAge);
    }

    [Fact]
    public async Task A_wall_clock_that_is_set_back_makes_no_old_look_young()
    {
        await using var scene = new AgentScene();
        var agent = await scene.StartAsync();
        await scene.LookAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(121));
        scene.Clock.SetWall(TimeSpan.FromDays(-30));
        Assert.True(agent.FindStatus("m")!.IsStale);
    }

    [Fact]
    public async Task A_night_asleep_counts_although_the_forward_clock_stood_still()
    {
        await using var scene = new AgentScene();
        var agent = await scene.StartAsync();
        await scene.LookAsync();
        scene.Clock.SetWall(TimeSpan.FromHours(8));
        Assert.True(agent.FindStatus("m")!.IsStale);
        Assert.True((await scene.LookAsync()).IsGood);
    }

    [Fact]
    public async Task The_forward_clock_alone_makes_stale_too()
    {
        await using var scene = new AgentScene();
        var agent = await scene.StartAsync();
        await scene.LookAsync();
        scene.Clock.AdvanceForwardOnly(TimeSpan.FromSeconds(121));
        Assert.True(agent.FindStatus("m")!.IsStale);
    }

    [Fact]
    public async Task Looks_that_did_not_get_to_read_the_asset_keep_no_answer_fresh()
    {
        await using var scene = new AgentScene();
        await scene.StartAsync();
        await scene.LookAsync();
        File.Delete(scene.ModelFile);
        Assert.False((await scene.LookAsync()).IsStale);
        await scene.LookAsync();
        var status = await scene.LookAsync();
        Assert.Equal((AssetOutcome.Missing, true), (status.Outcome, status.IsStale));
    }
}
