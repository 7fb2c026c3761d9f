namespace Hallmark.Mlflow.Tests.ArioCommandLine;

/// <summary>How the original's command line is read.</summary>
public sealed class ArioArgumentTests
{
    [Theory]
    [InlineData("check")]
    [InlineData("verify")]
    [InlineData("verify", "dataset", "x")]
    [InlineData("verify", "run")]
    [InlineData("verify", "run", "")]
    [InlineData("verify", "run", "a", "b")]
    [InlineData("verify", "run", "a", "--format", "json")]
    [InlineData("verify", "run", "--frob")]
    [InlineData("verify", "model", "/1")]
    [InlineData("verify", "model", "credit-scorer/")]
    [InlineData("audit")]
    [InlineData("audit", "credit-scorer/1", "--format")]
    [InlineData("audit", "credit-scorer/1", "--format", "html")]
    [InlineData("audit", "credit-scorer/1", "--format=")]
    [InlineData("audit", "credit-scorer/1", "--format", "--output")]
    [InlineData("audit", "credit-scorer/1", "--frob=1")]
    [InlineData("audit", "credit-scorer/1", "-x")]
    public async Task Wrong_usage_ends_with_2_says_what_is_wrong_and_asks_nobody(params string[] arguments)
    {
        var scene = new ArioScene("audit-json/full");
        scene.Store.Outage = true;

        var result = await scene.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.StartsWith("usage: ", result.ErrorOutput);
        Assert.Matches("\nerror: .{10,}\n$", result.ErrorOutput);
        Assert.Empty(scene.Sources.Asked);
    }

    [Theory]
    [InlineData]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("verify", "--help")]
    [InlineData("verify", "run", "-h")]
    [InlineData("audit", "--help")]
    public async Task Help_and_no_command_end_with_0_and_show_every_command(params string[] arguments)
    {
        var result = await new ArioScene("audit-json/full").RunAsync(arguments);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorOutput));
        Assert.All(["verify run", "verify model", "verify trace", "audit"], command => Assert.Contains(command, result.Output));
    }

    [Theory]
    [InlineData("audit", "credit-scorer/1", "--format", "json")]
    [InlineData("audit", "--format=json", "credit-scorer/1")]
    [InlineData("audit", "--format", "json", "credit-scorer")]
    [InlineData("audit", "--format", "text", "--format", "json", "--", "credit-scorer/1")]
    [InlineData("audit", "credit-scorer/1/ignored", "--format=json", "--output=")]
    public async Task The_same_audit_can_be_asked_for_in_many_ways(params string[] arguments)
    {
        var scene = new ArioScene("audit-json/full");
        Assert.Equal((string)scene.Vector["expect"]!["stdout"]!, (await scene.RunAsync(arguments)).Output);
    }

    [Fact]
    public async Task A_name_that_begins_with_a_dash_can_be_given_after_two_dashes()
    {
        var result = await new ArioScene("verify-trace/attested").RunAsync("verify", "trace", "--", "--frob");
        Assert.Equal((1, "Trace --frob not found.\n"), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task The_version_is_the_second_part_and_not_the_rest()
    {
        var scene = new ArioScene("verify-model/default-version");
        scene.Store.Versions.Add(scene.Store.Versions[0] with { Version = "7", Tags = new Dictionary<string, string>() });
        Assert.Equal(
            "Model credit-scorer/v7: no ario.registration_tx tag found. Not anchored.\n",
            (await scene.RunAsync("verify", "model", "credit-scorer/7/1")).Output
        );
    }

    [Fact]
    public async Task Null_is_no_command_line() =>
        await Assert.ThrowsAsync<ArgumentNullException>(() => new ArioScene("audit-json/full").RunAsync(null!)); // what is refused
}
