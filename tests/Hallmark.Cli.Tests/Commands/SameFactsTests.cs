using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>"<c>--json</c> gives the same facts": whatever id, hash, key or name the text shows, the JSON holds. A script would otherwise have to read the text.</summary>
public sealed partial class SameFactsTests(AnchoredHome anchored) : IClassFixture<AnchoredHome>
{
    private const string Run = CommandScene.TunedRun;
    private readonly CommandScene _scene = anchored.Scene;

    public static TheoryData<string> Looking =>
        [
            "status",
            "key list",
            "key show",
            "runs list",
            "anchors list",
            "anchors status",
            "receipts list",
            "receipts show 0",
            "ledger status",
            "ledger checkpoint",
            "ledger proof 0",
            "ledger proof 2",
            "ledger proof --from 1",
            "ledger verify",
            "outbox list",
            "verify run " + Run,
            "verify model iris-classifier/1",
            "audit iris-classifier/1",
        ];

    [Theory]
    [MemberData(nameof(Looking))]
    public async Task What_the_text_names_the_json_names(string line)
    {
        string[] words = [.. line.Split(' '), "--full"];
        var text = (await _scene.RunAsync(words)).Out;
        var json = Flat((await _scene.RunAsync([.. words, "--json"])).Out);
        foreach (var fact in Facts(text))
        {
            Assert.True(json.Contains(fact, StringComparison.Ordinal), $"hallmark {line} says {fact}, its JSON does not:\n{text}\n{json}");
        }
    }

    [Fact]
    public async Task What_a_recording_command_says_its_json_says()
    {
        // Two scenes alike: each command records, so that it cannot be asked twice for the same.
        using var spoken = new CommandScene().WithStore();
        using var written = new CommandScene().WithStore();
        foreach (
            var line in new[]
            {
                "anchor run " + Run,
                "register iris-classifier --run " + Run,
                "promote iris-classifier/3 --stage Production",
                "register iris-classifier --run " + Run,
                "promote iris-classifier/4 --stage Production --archive-existing",
                "promote iris-classifier/4 --alias champion",
            }
        )
        {
            var text = (await spoken.ExpectAsync(0, line.Split(' '))).Out;
            var json = await written.JsonAsync(0, line.Split(' '));
            foreach (var (name, value) in json["facts"]!.AsArray().Select(fact => ((string)fact!["name"]!, (string)fact["value"]!)))
            {
                Assert.Matches(
                    $"(?m)^  {Regex.Escape(name)} +{Regex.Escape(value.Replace(written.Folder.Path, spoken.Folder.Path, StringComparison.Ordinal))}",
                    text
                );
            }

            Assert.Contains($"as entry {json["entry"]}", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_promotion_that_is_repeated_says_so_and_records_nothing()
    {
        using var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "anchor", "run", Run);
        await scene.ExpectAsync(0, "register", "iris-classifier", "--run", Run);
        foreach (
            var target in new[]
            {
                new[] { "--stage", "Production" },
                ["--stage", "production", "--archive-existing"],
                ["--alias", "champion"],
            }
        )
        {
            var first = await scene.JsonAsync(0, ["promote", "iris-classifier/3", .. target]);
            var entries = (long)(await scene.JsonAsync(0, "status"))["entries"]!;
            var again = await scene.JsonAsync(0, ["promote", "iris-classifier/003", .. target]);
            Assert.True((bool)again["was_recorded"]!);
            Assert.Equal(Event(first), Event(again));
            var text = await scene.ExpectAsync(0, ["promote", "iris-classifier/3", .. target]);
            Assert.Contains($"RECORDED: earlier, as entry {first["entry"]}", text.Out, StringComparison.Ordinal);
            Assert.Equal(entries, (long)(await scene.JsonAsync(0, "status"))["entries"]!);
        }

        await scene.ExpectAsync(0, "ledger", "verify");
        await scene.ExpectAsync(0, "audit", "iris-classifier/3");
    }

    [Theory]
    [InlineData("verify", "model")]
    [InlineData("audit")]
    public async Task A_version_with_leading_zeros_is_the_same_version(params string[] command)
    {
        using var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "anchor", "run", Run);
        await scene.ExpectAsync(0, "register", "iris-classifier", "--run", Run);
        var plain = await scene.RunAsync([.. command, "iris-classifier/3"]);
        var padded = await scene.RunAsync([.. command, "iris-classifier/0003"]);
        Assert.Equal((0, plain.Code), (plain.Code, padded.Code));
        Assert.Equal(plain.Out, padded.Out);
    }

    [Fact]
    public async Task A_run_that_somebody_gave_an_escape_sequence_does_not_reach_the_terminal()
    {
        using var scene = new CommandScene().WithStore();
        foreach (var file in Directory.GetFiles(scene.Store, "meta.yaml", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file);
            if (text.Contains("run_name:", StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(file, Regex.Replace(text, "(?m)^run_name: .*$", "run_name: \"\\e[2Jowned\\u202E\""));
            }
        }

        var listed = await scene.ExpectAsync(0, "runs", "list");
        Assert.DoesNotContain(listed.Out, character => character is '\e' or '\u202e');
        Assert.Contains("\\u001b[2Jowned\\u202e", listed.Out, StringComparison.Ordinal);
        Assert.Contains("owned", Flat((await scene.ExpectAsync(0, "runs", "list", "--json")).Out), StringComparison.Ordinal);
    }

    private static (string?, string?, long) Event(JsonNode answer) =>
        ((string?)answer["event_id"], answer["envelope"]!.ToJsonString(), (long)answer["entry"]!);

    private static IEnumerable<string> Facts(string text) => FactForm().Matches(text).Select(match => match.Value.Trim('"')).Distinct();

    // All texts and numbers of a document, one a line, unescaped.
    private static string Flat(string json) => string.Join('\n', Leaves(JsonNode.Parse(json)));

    private static IEnumerable<string> Leaves(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => Leaves(member.Value).Prepend(member.Key)),
            JsonArray items => items.SelectMany(Leaves),
            null => [],
            _ => [node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString()],
        };

    // Hashes and keys in hex or base64, UUIDs, run ids, names in quotes.
    [GeneratedRegex(
        "\\b[0-9a-f]{64}\\b|\\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\\b|\\b[0-9a-f]{32}\\b|[A-Za-z0-9+/]{43}=|\"[a-zA-Z][^\" ]*\""
    )]
    private static partial Regex FactForm();
}
