using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>Who may have signed: <c>trusted_keys</c> and <c>--signer</c>.</summary>
public sealed class TrustTests
{
    private const string Stranger = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    [Fact]
    public async Task Without_a_list_the_verdict_says_that_nobody_vouches()
    {
        using var scene = await SignedAsync();
        Assert.Contains("for which nobody here vouches", (await scene.ExpectAsync(0, Verify(scene))).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_signer_is_shown_by_name()
    {
        using var scene = await SignedAsync();
        Trust(scene, new JsonObject { ["name"] = "risk-release", ["public_key"] = await KeyAsync(scene) });
        var verdict = await scene.ExpectAsync(0, Verify(scene));
        Assert.Contains("risk-release", verdict.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody here vouches", verdict.Out, StringComparison.Ordinal);
        await scene.ExpectAsync(0, [.. Verify(scene), "--signer", "risk-release"]);
    }

    [Fact]
    public async Task A_signer_who_is_not_on_the_list_is_refused()
    {
        using var scene = await SignedAsync();
        Trust(scene, new JsonObject { ["name"] = "somebody-else", ["public_key"] = Stranger });
        Assert.Contains("untrusted_signer", (await scene.ExpectAsync(1, Verify(scene))).Out, StringComparison.Ordinal);
        Assert.Equal(1, (await scene.RunAsync([.. Verify(scene), "--json"])).Code);
    }

    [Fact]
    public async Task Only_the_signer_that_was_asked_for_counts()
    {
        using var scene = await SignedAsync();
        var key = await KeyAsync(scene);
        await scene.ExpectAsync(0, [.. Verify(scene), "--signer", key]);
        await scene.ExpectAsync(0, [.. Verify(scene), "--signer", key.ToUpperInvariant()]);
        await scene.ExpectAsync(1, [.. Verify(scene), "--signer", Stranger]);
        Trust(
            scene,
            new JsonObject { ["name"] = "me", ["public_key"] = key },
            new JsonObject { ["name"] = "other", ["public_key"] = Stranger }
        );
        await scene.ExpectAsync(1, [.. Verify(scene), "--signer", "other"]);
        Assert.Contains("other", (await scene.RefuseAsync(2, [.. Verify(scene), "--signer", "nobody"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_the_home_counts_by_its_name_and_only_for_what_it_signed()
    {
        using var scene = await SignedAsync();
        await scene.ExpectAsync(0, "key", "new", "release");
        await scene.ExpectAsync(0, [.. Verify(scene), "--signer", "default"]);
        await scene.ExpectAsync(1, [.. Verify(scene), "--signer", "release"]);
        await File.WriteAllTextAsync(scene.Folder.File("b.txt"), "b");
        await scene.ExpectAsync(0, "anchor", "file", scene.Folder.File("b.txt"), "--key", "release");
        await scene.ExpectAsync(0, "verify", "file", scene.Folder.File("b.txt"), "--signer", "release");
        await scene.ExpectAsync(1, "verify", "file", scene.Folder.File("b.txt"), "--signer", "default");
        var refused = await scene.RefuseAsync(2, [.. Verify(scene), "--signer", "releese"]);
        Assert.Contains("Keys of this home: default, release", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_under_which_everything_verifies_is_no_signer()
    {
        using var scene = await SignedAsync();
        await scene.RefuseAsync(2, [.. Verify(scene), "--signer", "0100000000000000000000000000000000000000000000000000000000000000"]);
    }

    [Fact]
    public async Task A_retired_key_does_not_vouch_for_what_it_signed_later_by_whatever_name_it_is_asked_for()
    {
        using var scene = await SignedAsync();
        var key = await KeyAsync(scene);
        Trust(
            scene,
            new JsonObject
            {
                ["name"] = "old",
                ["public_key"] = key,
                ["retired_at"] = "2020-01-01",
            }
        );
        await scene.ExpectAsync(1, Verify(scene));
        await scene.ExpectAsync(1, [.. Verify(scene), "--signer", "old"]);
        await scene.ExpectAsync(1, [.. Verify(scene), "--signer", key]);
        Trust(
            scene,
            new JsonObject
            {
                ["name"] = "old",
                ["public_key"] = key,
                ["until"] = "2999-01-01",
            }
        );
        await scene.ExpectAsync(0, Verify(scene));
        await scene.ExpectAsync(0, [.. Verify(scene), "--signer", "old"]);
        Trust(
            scene,
            new JsonObject
            {
                ["name"] = "young",
                ["public_key"] = key,
                ["since"] = "2999-01-01",
            }
        );
        await scene.ExpectAsync(1, Verify(scene));
    }

    private static async Task<CommandScene> SignedAsync()
    {
        var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("a.txt"), "a");
        await scene.ExpectAsync(0, "anchor", "file", scene.Folder.File("a.txt"));
        return scene;
    }

    private static string[] Verify(CommandScene scene) => ["verify", "file", scene.Folder.File("a.txt")];

    private static async Task<string> KeyAsync(CommandScene scene) => (string)(await scene.JsonAsync(0, "key", "show"))["public_key"]!;

    private static void Trust(CommandScene scene, params JsonObject[] keys) =>
        scene.WithSettings(new JsonObject { ["trusted_keys"] = new JsonArray([.. keys]) });
}
