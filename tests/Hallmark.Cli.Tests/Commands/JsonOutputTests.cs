using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>--json</c> everywhere: the same facts, the same exit code.</summary>
public sealed class JsonOutputTests(AnchoredHome anchored) : IClassFixture<AnchoredHome>
{
    private const string Run = CommandScene.TunedRun;
    private readonly CommandScene _scene = anchored.Scene;

    public static TheoryData<string> Looking =>
        [
            "status",
            "key list",
            "key show",
            "runs list",
            "ledger status",
            "ledger checkpoint",
            "ledger proof 0",
            "ledger proof --from 1",
            "ledger verify",
            "outbox list",
            "outbox drain",
            "outbox retry",
            "completion bash",
            "completion zsh",
            "completion fish",
            "init",
            "verify run " + Run,
            "verify run b75e06e1a1a94530adb50dba950d0245",
            "verify model iris-classifier/1",
            "audit iris-classifier/1",
            "audit iris-classifier/2 --format json",
        ];

    [Theory]
    [MemberData(nameof(Looking))]
    public async Task Every_command_that_looks_ends_alike_with_json_and_without(string line)
    {
        var words = line.Split(' ');
        var text = await _scene.RunAsync(words);
        var json = await _scene.RunAsync([.. words, "--json"]);
        Assert.Equal(text.Code, json.Code);
        Assert.NotNull(JsonNode.Parse(json.Out));
        Assert.DoesNotContain('\e', text.Out + text.Error + json.Out + json.Error);
    }

    [Fact]
    public async Task Every_command_that_records_ends_alike_with_json_and_without()
    {
        using var scene = new CommandScene().WithStore();
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        foreach (
            var line in new[]
            {
                "key new one",
                "anchor run " + Run,
                "anchor file " + scene.Folder.File("a.txt"),
                "anchor dataset " + scene.Folder.File("a.txt"),
                "verify file " + scene.Folder.File("a.txt"),
                "verify dataset " + scene.Folder.File("a.txt"),
                $"verify envelope {scene.RunFolder()}/artifacts/ario/proof.json",
                "register iris-classifier --run " + Run,
                "promote iris-classifier/3 --alias challenger",
                "promote iris-classifier/3 --stage Production --archive-existing",
                "verify model iris-classifier/3",
            }
        )
        {
            var words = line.Split(' ');
            var json = await scene.ExpectAsync(0, [.. words, "--json"]);
            Assert.IsType<JsonObject>(JsonNode.Parse(json.Out));
            Assert.Equal("", json.Error);
            if (words[0] != "key")
            {
                await scene.ExpectAsync(0, words);
            }
        }

        await scene.ExpectAsync(0, "ledger", "verify");
    }

    [Fact]
    public async Task A_failed_verdict_names_in_json_what_it_names_in_text()
    {
        using var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "anchor", "run", Run);
        var parameter = Directory.GetFiles(Path.Combine(scene.RunFolder(), "params"))[0];
        await File.WriteAllTextAsync(parameter, "changed-by-hand");
        var text = await scene.ExpectAsync(1, "verify", "run", Run);
        var json = (await scene.JsonAsync(1, "verify", "run", Run)).ToJsonString();
        Assert.Contains("params." + Path.GetFileName(parameter), text.Out, StringComparison.Ordinal);
        Assert.Contains("params." + Path.GetFileName(parameter), json, StringComparison.Ordinal);
        Assert.Contains("changed-by-hand", text.Out, StringComparison.Ordinal);
        Assert.Contains("changed-by-hand", json, StringComparison.Ordinal);
    }
}
