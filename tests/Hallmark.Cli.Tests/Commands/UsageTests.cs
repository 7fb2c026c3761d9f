namespace Hallmark.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("did you mean: hallmark verify", "verfy", "run", "x")]
    [InlineData("did you mean: hallmark ledger", "legder")]
    [InlineData("did you mean: hallmark verify model", "verify", "modle", "m/1")]
    [InlineData("did you mean: hallmark key list", "key", "lst")]
    [InlineData("did you mean: hallmark outbox drain", "outbox", "drian")]
    [InlineData("did you mean: --signer", "verify", "run", "x", "--singer", "abc")]
    [InlineData("did you mean: --tracking-uri", "runs", "list", "--trackin-uri", "x")]
    [InlineData("did you mean: --json", "status", "--jsn")]
    [InlineData("did you mean: --run", "register", "m", "--rum", "x")]
    public async Task A_mistyped_word_is_answered_with_the_one_that_was_meant(string hint, params string[] arguments)
    {
        using var scene = new CommandScene();
        Assert.Contains("hint: " + hint + "\n", (await scene.RefuseAsync(2, arguments)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_is_near_nothing_gets_the_list_of_what_there_is()
    {
        using var scene = new CommandScene();
        var refused = await scene.RefuseAsync(2, "xylophone");
        Assert.Contains("\"xylophone\" is not a command of hallmark", refused.Error, StringComparison.Ordinal);
        Assert.Contains("hint: commands: demo, init, anchor,", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("anchor")]
    [InlineData("anchor", "run")]
    [InlineData("anchor", "dataset")]
    [InlineData("anchor", "file")]
    [InlineData("register")]
    [InlineData("promote")]
    [InlineData("verify")]
    [InlineData("verify", "run")]
    [InlineData("verify", "model")]
    [InlineData("verify", "dataset")]
    [InlineData("verify", "file")]
    [InlineData("verify", "envelope")]
    [InlineData("audit")]
    [InlineData("runs")]
    [InlineData("ledger")]
    [InlineData("outbox")]
    [InlineData("key")]
    [InlineData("key", "new")]
    [InlineData("completion")]
    [InlineData("completion", "tcsh")]
    [InlineData("audit", "m/1", "--format", "pdf")]
    [InlineData("verify", "run", "x", "--signer")]
    [InlineData("verify", "run", "x", "y")]
    [InlineData("outbox", "retry", "soon")]
    [InlineData("ledger", "proof", "--from", "many")]
    [InlineData("status", "--home")]
    [InlineData("status", "--json", "perhaps")]
    public async Task What_is_missing_or_too_much_is_one_error_and_the_way_to_the_help(params string[] arguments)
    {
        using var scene = new CommandScene();
        Assert.Contains(" --help\n", (await scene.RefuseAsync(2, arguments)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("register", "m")]
    [InlineData("register", "")]
    [InlineData("promote", "m", "--alias", "a")]
    [InlineData("promote", "m/1")]
    [InlineData("promote", "m/1", "--alias", "a", "--stage", "Production")]
    [InlineData("verify", "model", "m")]
    [InlineData("verify", "model", "m/latest")]
    [InlineData("audit", "m/")]
    [InlineData("verify", "run", "x", "--signer", "somebody")]
    [InlineData("verify", "run", "x", "--relocate", "nothing")]
    [InlineData("key", "new", "../outside")]
    [InlineData("key", "new", "")]
    [InlineData("key", "show", "nobody")]
    [InlineData("key", "show")]
    [InlineData("ledger", "status")]
    [InlineData("ledger", "checkpoint")]
    [InlineData("ledger", "proof", "0")]
    [InlineData("ledger", "verify")]
    [InlineData("ledger", "export")]
    [InlineData("outbox", "list")]
    [InlineData("outbox", "drain")]
    [InlineData("outbox", "retry")]
    public async Task Wrong_words_are_bad_input_and_nothing_is_made_for_them(params string[] arguments)
    {
        using var scene = new CommandScene();
        Directory.CreateDirectory(scene.Store);
        scene.Environment["MLFLOW_TRACKING_URI"] = scene.Store;
        Assert.Contains("\nhint: ", (await scene.RefuseAsync(2, arguments)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_home_the_reader_is_told_how_to_name_one()
    {
        using var scene = new CommandScene();
        scene.Environment.Clear();
        Assert.Contains("hint: say where: hallmark --home FOLDER", (await scene.RefuseAsync(2, "status")).Error, StringComparison.Ordinal);
    }
}
