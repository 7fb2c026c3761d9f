using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.Commands;

public sealed class KeyCommandTests
{
    [Fact]
    public async Task A_key_is_made_once_shown_and_listed_and_its_private_half_never_printed()
    {
        using var scene = new CommandScene();
        var made = await scene.ExpectAsync(0, "key", "new", "risk-release");
        var file = Assert.Single(Directory.GetFiles(Path.Combine(scene.Home, "keys"), "risk-release.private.json"));
        var shown = await scene.ExpectAsync(0, "key", "show", "risk-release");
        var json = await scene.JsonAsync(0, "key", "show", "risk-release");
        var listed = await scene.ExpectAsync(0, "key", "list");
        var list = await scene.JsonAsync(0, "key", "list");
        var hex = (string)json["public_key"]!;
        Assert.Matches("^[0-9a-f]{64}$", hex);
        Assert.Contains(hex, made.Out, StringComparison.Ordinal);
        Assert.Contains(hex, shown.Out, StringComparison.Ordinal);
        Assert.Contains("-----BEGIN PUBLIC KEY-----", shown.Out, StringComparison.Ordinal);
        Assert.Contains(hex, listed.Out, StringComparison.Ordinal);
        Assert.Equal(hex, (string?)Assert.Single(list.AsArray())!["public_key"]);

        var content = await File.ReadAllTextAsync(file);
        var secrets = JsonNode
            .Parse(content)!
            .AsObject()
            .Select(member => member.Value)
            .OfType<JsonValue>()
            .Select(value => value.ToString())
            .Where(text => text.Length >= 32 && text != hex)
            .SelectMany(text => new[] { text, Hex(text) })
            .OfType<string>()
            .ToList();
        Assert.NotEmpty(secrets);
        var everything = made.Out + made.Error + shown + json + listed + list;
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, everything, StringComparison.OrdinalIgnoreCase));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_and_the_key_stays()
    {
        using var scene = new CommandScene();
        await scene.ExpectAsync(0, "key", "new", "a");
        Assert.Contains("already", (await scene.RefuseAsync(2, "key", "new", "a")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_says_how_to_make_a_key()
    {
        using var scene = new CommandScene();
        Assert.Contains("hallmark key new NAME", (await scene.ExpectAsync(0, "key", "list")).Out, StringComparison.Ordinal);
        Assert.Empty((await scene.JsonAsync(0, "key", "list")).AsArray());
        Assert.False(Directory.Exists(scene.Home));
    }

    [Fact]
    public async Task The_named_key_signs_and_the_default_one_is_not_made()
    {
        using var scene = new CommandScene();
        await scene.ExpectAsync(0, "key", "new", "release");
        var key = (string)(await scene.JsonAsync(0, "key", "show", "release"))["public_key"]!;
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        var recorded = await scene.JsonAsync(0, "anchor", "file", scene.Folder.File("a.txt"), "--key", "release");
        Assert.Equal(key, (string?)recorded["public_key"]);
        Assert.Single((await scene.JsonAsync(0, "key", "list")).AsArray());
    }

    [Fact]
    public async Task A_key_in_the_environment_that_cannot_be_used_is_an_error_and_never_replaced()
    {
        using var scene = new CommandScene();
        scene.Environment["ARIO_MLFLOW_SIGNING_KEY"] = "bm90IGEgc2VlZA==";
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        foreach (
            string[] command in new[] { new[] { "init" }, ["anchor", "file", scene.Folder.File("a.txt")], ["key", "show"], ["status"] }
        )
        {
            var ended = await scene.ExpectAsync(2, command);
            Assert.StartsWith("error: ", ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("bm90IGEgc2VlZA", ended.Error + ended.Out, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(scene.Home, "keys")));
        }
    }

    private static string? Hex(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) && count >= 32 ? Convert.ToHexString(bytes, 0, 32) : null;
    }
}
