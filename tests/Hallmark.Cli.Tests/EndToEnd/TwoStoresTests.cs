namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>One home and one ledger for two copies of a store that a real MLflow wrote, both in use: the commands as somebody types them who works with both.</summary>
public sealed class TwoStoresTests
{
    [Theory]
    [InlineData("2.14/file")]
    [InlineData("3.6/sqlite-direct")]
    public async Task Runs_and_versions_of_two_copies_are_recorded_verified_and_audited_apart(string name)
    {
        await using var first = await RealStore.CopyAsync(name);
        await using var second = await RealStore.CopyAsync(name);
        var (here, there) = (first.Shell, second.In(first.Shell.Home));
        var run = first.Tuned;
        await here.DoneAsync("anchor", "run", run);
        second.ChangeParam(run, "C", "0.5");
        await there.DoneAsync("anchor", "run", run);
        await here.DoneAsync("verify", "run", run);
        await there.DoneAsync("verify", "run", run);

        // The same version number of the same run in both, promoted differently.
        foreach (var shell in new[] { here, there })
        {
            await shell.DoneAsync("register", "iris-classifier", "--run", run);
        }

        await here.DoneAsync("promote", "iris-classifier/3", "--stage", "Staging");
        await there.DoneAsync("promote", "iris-classifier/3", "--stage", "Production");
        foreach (var shell in new[] { here, there })
        {
            await shell.DoneAsync("verify", "model", "iris-classifier/3");
            await shell.DoneAsync("audit", "iris-classifier/3");
        }

        await here.DoneAsync("ledger", "verify");

        // What the other store recorded excuses nothing here.
        first.SetStage("3", "Production");
        var refused = await here.RefusedAsync("audit", "iris-classifier/3");
        Assert.Contains("stage   anchored Staging   found Production", refused.Out, StringComparison.Ordinal);
        first.ChangeParam(run, "C", "0.5");
        refused = await here.RefusedAsync("verify", "run", run);
        Assert.Contains("params.C   anchored 10.0   found 0.5", refused.Out, StringComparison.Ordinal);
        await there.DoneAsync("verify", "run", run);
    }
}
