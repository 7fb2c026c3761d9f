namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>Issue 2, "What must hold" 4: a store out of reach is neither a pass nor a failure.</summary>
public sealed class OutageTests
{
    [Theory]
    [InlineData("2.14/http")]
    [InlineData("2.22/http")]
    [InlineData("3.6/http")]
    public async Task A_server_that_is_down_leaves_every_verdict_open(string name)
    {
        await using var store = await RealStore.CopyAsync(name);
        await store.Shell.DoneAsync("anchor", "run", store.Tuned);
        await store.Shell.DoneAsync("register", "iris-classifier", "--run", store.Tuned);
        await store.StopServerAsync();

        var run = (await store.Shell.RunAsync("verify", "run", store.Tuned)).Ended(3);
        Assert.DoesNotContain("VERIFIED", run.Out, StringComparison.Ordinal);
        run.Said("INCOMPLETE");
        (await store.Shell.RunAsync("verify", "model", "iris-classifier/3")).Ended(3).Said("INCOMPLETE");
        var audit = (await store.Shell.RunAsync("audit", "iris-classifier/3")).Ended(3);
        Assert.DoesNotContain("VERIFIED", audit.Out, StringComparison.Ordinal);
        var anchored = (await store.Shell.RunAsync("anchor", "run", store.Runs["baseline"])).Ended(3);
        Assert.Contains("error:", anchored.Error, StringComparison.Ordinal);
        await store.Shell.DoneAsync("ledger", "verify");
    }

    [Theory]
    [InlineData("2.14/sqlite")]
    [InlineData("2.22/sqlite")]
    [InlineData("3.6/sqlite")]
    public async Task Artifacts_of_which_nobody_said_where_they_lie_now_are_out_of_reach_and_not_taken_for_removed_ones(string name)
    {
        await using var store = await RealStore.CopyAsync(name);
        await store.Shell.DoneAsync("anchor", "run", store.Tuned);
        File.Delete(Path.Combine(store.Shell.Home, "hallmark.json"));
        var forgetful = new Shell(store.Shell.Home, store.TrackingUri);

        var verdict = (await forgetful.RunAsync("verify", "run", store.Tuned)).Ended(3).Said("INCOMPLETE");
        Assert.DoesNotContain("removed", verdict.Out, StringComparison.Ordinal);
    }
}
