using System.Text.Json.Nodes;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Witnesses;

/// <summary>Direct mode: each envelope uploaded by itself, and what <c>ario.mlflow/v1</c> tools look for written into MLflow (mlflow-events.md §10).</summary>
public sealed class UploadTests
{
    [Fact]
    public async Task A_training_its_datasets_a_registration_and_a_promotion_leave_their_transactions_in_mlflow_and_link_to_each_other()
    {
        using var scene = new CommandScene().WithStore();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        Configure(scene, turbo);

        var training = await scene.JsonAsync(0, "anchor", "run", CommandScene.TunedRun, "--wait");
        var tags = Path.Combine(scene.RunFolder(), "tags");
        var transaction = await File.ReadAllTextAsync(Path.Combine(tags, "ario.training_tx"));
        Assert.Contains(transaction, turbo.Items.Keys);
        Assert.Equal("anchored", await File.ReadAllTextAsync(Path.Combine(tags, "ario.verify_status")));
        Assert.Equal($"https://turbo-gateway.com/{transaction}", await File.ReadAllTextAsync(Path.Combine(tags, "ario.arweave_url")));
        Assert.Equal("persistent", await File.ReadAllTextAsync(Path.Combine(tags, "ario.wallet_mode")));
        Assert.Equal("solana", await File.ReadAllTextAsync(Path.Combine(tags, "ario.wallet_type")));
        Assert.Equal(2, Directory.GetFiles(tags, "ario.dataset_anchor_tx.*").Length);
        var receipt = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(scene.RunFolder(), "artifacts/ario/receipt.json")));
        Assert.Equal(transaction, (string?)receipt!["id"]);

        var registration = await scene.JsonAsync(0, "register", "iris-classifier", "--run", CommandScene.TunedRun);
        Assert.Equal(transaction, (string?)registration["previous_hash"]);
        var versionTags = Path.Combine(scene.Store, "models/iris-classifier/version-3/tags");
        var registered = await File.ReadAllTextAsync(Path.Combine(versionTags, "ario.registration_tx"));
        Assert.Equal("anchored", await File.ReadAllTextAsync(Path.Combine(versionTags, "ario.verify_status")));

        var promotion = await scene.JsonAsync(0, "promote", "iris-classifier/3", "--stage", "Staging");
        Assert.Equal(registered, (string?)promotion["previous_hash"]);
        Assert.Contains(await File.ReadAllTextAsync(Path.Combine(versionTags, "ario.promotion_tx")), turbo.Items.Keys);

        Assert.All(turbo.Uploads, upload => Assert.Equal(1, upload.Value));
        Assert.Equal(5, turbo.Items.Count);
        await scene.ExpectAsync(0, "verify", "model", "iris-classifier/3");
        Assert.NotNull((string?)training["event_id"]);
    }

    [Fact]
    public async Task The_page_beside_the_artifacts_tells_the_transaction_once_it_is_known_and_never_before()
    {
        using var scene = new CommandScene().WithStore();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        Configure(scene, turbo);
        turbo.Intercept = async context =>
        {
            context.Response.StatusCode = 503;
            await context.Response.CompleteAsync();
            return true;
        };
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        var page = Path.Combine(scene.RunFolder(), "artifacts/ario/verification.html");
        var before = await File.ReadAllTextAsync(page);
        Assert.Contains("no outside witness has seen it yet", before, StringComparison.Ordinal);
        Assert.DoesNotContain("Arweave", before, StringComparison.Ordinal);

        turbo.Intercept = _ => Task.FromResult(false);
        scene.Clock.Move(TimeSpan.FromHours(2));
        await scene.ExpectAsync(0, "outbox", "drain");
        var after = await File.ReadAllTextAsync(page);
        var transaction = await File.ReadAllTextAsync(Path.Combine(scene.RunFolder(), "tags/ario.training_tx"));
        Assert.Contains(transaction, turbo.Items.Keys);
        Assert.Contains(transaction, after, StringComparison.Ordinal);
        Assert.Contains($"curl -fsSL https://turbo-gateway.com/{transaction}", after, StringComparison.Ordinal);
        Assert.DoesNotContain("no outside witness has seen it yet", after, StringComparison.Ordinal);
        Assert.Contains("its promise proves no time", after, StringComparison.Ordinal);

        // The rest of the page is the recorded event's, as before.
        foreach (var fact in new[] { "ario.payload_hash", "ario.public_key" })
        {
            var value = await File.ReadAllTextAsync(Path.Combine(scene.RunFolder(), "tags", fact));
            Assert.Contains(value, before, StringComparison.Ordinal);
            Assert.Contains(value, after, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_registrations_page_tells_its_own_transaction_and_leaves_the_trainings_page_alone()
    {
        using var scene = new CommandScene().WithStore();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        Configure(scene, turbo);
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun, "--wait");
        var ario = Path.Combine(scene.RunFolder(), "artifacts/ario");
        var training = await File.ReadAllBytesAsync(Path.Combine(ario, "verification.html"));
        await scene.ExpectAsync(0, "register", "iris-classifier", "--run", CommandScene.TunedRun);
        var transaction = await File.ReadAllTextAsync(
            Path.Combine(scene.Store, "models/iris-classifier/version-3/tags/ario.registration_tx")
        );
        var page = await File.ReadAllTextAsync(Path.Combine(ario, "registration_verification.html"));
        Assert.Contains($"https://turbo-gateway.com/{transaction}", page, StringComparison.Ordinal);
        Assert.Contains("registration_proof.json", page, StringComparison.Ordinal);
        Assert.Equal(training, await File.ReadAllBytesAsync(Path.Combine(ario, "verification.html")));
    }

    [Fact]
    public async Task Mlflow_down_while_the_upload_succeeds_loses_nothing_and_the_state_ends_as_anchored()
    {
        using var scene = new CommandScene().WithStore();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        Configure(scene, turbo);

        // Recorded while the bundler and then the store are away.
        turbo.Intercept = async context =>
        {
            context.Response.StatusCode = 503;
            await context.Response.CompleteAsync();
            return true;
        };
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        var tags = Path.Combine(scene.RunFolder(), "tags");
        Assert.Equal("signed", await File.ReadAllTextAsync(Path.Combine(tags, "ario.verify_status")));
        turbo.Intercept = _ => Task.FromResult(false);
        Directory.Move(scene.Store, scene.Store + ".away");
        scene.Clock.Move(TimeSpan.FromHours(2));
        var away = await scene.JsonAsync(3, "outbox", "drain");
        Assert.True((long)away["to_do"]! > 0);
        Assert.Equal(3, turbo.Items.Count);

        Directory.Move(scene.Store + ".away", scene.Store);
        scene.Clock.Move(TimeSpan.FromHours(2));
        await scene.ExpectAsync(0, "outbox", "drain");
        Assert.Equal("anchored", await File.ReadAllTextAsync(Path.Combine(tags, "ario.verify_status")));
        Assert.Contains(await File.ReadAllTextAsync(Path.Combine(tags, "ario.training_tx")), turbo.Items.Keys);
        Assert.All(turbo.Uploads, upload => Assert.Equal(1, upload.Value));
    }

    [Fact]
    public async Task The_verdict_lists_the_bundlers_promise_as_pending_and_the_json_carries_it()
    {
        using var scene = new CommandScene().WithStore();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        Configure(scene, turbo);
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);

        var text = await scene.ExpectAsync(0, "verify", "run", CommandScene.TunedRun);
        Assert.Contains("arweave: ", text.Out, StringComparison.Ordinal);
        Assert.Contains("trusting ", text.Out, StringComparison.Ordinal);
        var verdict = await scene.JsonAsync(0, "verify", "run", CommandScene.TunedRun, "--offline");
        var witness = Assert.Single(verdict["witnesses"]!.AsArray())!;
        Assert.Equal("arweave", (string?)witness["world"]);
        Assert.False((bool)witness["refuted"]!);
        Assert.NotEmpty(witness["checks"]!.AsArray());
        var asked = turbo.Asked.Count;
        await scene.JsonAsync(0, "receipts", "show", "0", "--offline");
        Assert.Equal(asked, turbo.Asked.Count);
    }

    [Fact]
    public async Task A_required_witness_that_is_not_there_yet_leaves_the_verdict_open_and_one_that_cannot_be_fails_it()
    {
        using var scene = new CommandScene().WithStore();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        Configure(scene, turbo);
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        var missing = await scene.ExpectAsync(1, "verify", "run", CommandScene.TunedRun, "--require", "ots");
        Assert.Contains("witness policy", missing.Out, StringComparison.Ordinal);
        await scene.RefuseAsync(2, "verify", "run", CommandScene.TunedRun, "--require", "2 of (");
    }

    [Fact]
    public async Task Another_wallet_than_the_one_that_signed_refutes_the_receipt()
    {
        using var scene = new CommandScene().WithStore();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        Configure(scene, turbo);
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        File.Delete(Path.Combine(scene.Home, "wallet.json"));
        await scene.ExpectAsync(0, "wallet", "new");
        var verdict = await scene.ExpectAsync(1, "verify", "run", CommandScene.TunedRun);
        Assert.Contains("refuted", verdict.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_home_wallet_that_cannot_be_used_is_never_replaced_and_its_uploads_wait_until_it_is_put_right()
    {
        using var scene = new CommandScene().WithStore();
        await using var turbo = await TurboServer.StartAsync(scene.Clock);
        Configure(scene, turbo);
        var wallet = Path.Combine(scene.Home, "wallet.json");
        await File.WriteAllTextAsync(wallet, "[1, 2, 3]");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(wallet, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        var waiting = await scene.ExpectAsync(0, "outbox", "list");
        Assert.Contains("wallet.json", waiting.Out, StringComparison.Ordinal);
        Assert.Empty(turbo.Asked);
        Assert.Equal("[1, 2, 3]", await File.ReadAllTextAsync(wallet));
        var tags = Path.Combine(scene.RunFolder(), "tags");
        Assert.Equal("signed", await File.ReadAllTextAsync(Path.Combine(tags, "ario.verify_status")));
        Assert.False(File.Exists(Path.Combine(tags, "ario.wallet_mode")));

        File.Delete(wallet);
        await scene.ExpectAsync(0, "wallet", "new");
        scene.Clock.Move(TimeSpan.FromHours(2));
        await scene.ExpectAsync(0, "outbox", "drain");
        Assert.Equal("anchored", await File.ReadAllTextAsync(Path.Combine(tags, "ario.verify_status")));
        Assert.Equal("persistent", await File.ReadAllTextAsync(Path.Combine(tags, "ario.wallet_mode")));
    }

    private static void Configure(CommandScene scene, TurboServer turbo)
    {
        var file = Path.Combine(scene.Home, "hallmark.json");
        var settings = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        settings["anchors"] = new JsonArray(
            new JsonObject
            {
                ["name"] = "arweave",
                ["type"] = "arweave",
                ["anchors"] = "envelope",
                ["upload"] = turbo.Address.ToString(),
                ["payment"] = turbo.Address.ToString(),
                ["gateways"] = new JsonArray(turbo.Address.ToString()),
                ["bundlers"] = new JsonArray(TurboServer.BundlerAddress),
            }
        );
        File.WriteAllText(file, settings.ToJsonString());
    }
}
