using System.Text.Json.Nodes;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>Issue 2, "What must hold" 3: every run that a real MLflow 2.14, 2.22 or 3.6 recorded, in each kind of store and over HTTP, is anchored and then verifies.</summary>
public sealed class EveryRunTests
{
    public static TheoryData<string> Stores => RealStore.All;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Every_recorded_run_is_anchored_and_then_verifies(string name)
    {
        await using var store = await RealStore.CopyAsync(name);
        Assert.True(store.Runs.Count >= 7);
        foreach (var (run, id) in store.Runs)
        {
            (await store.Shell.DoneAsync("anchor", "run", id, "--allow-empty-dataset-inputs")).Said("RECORDED");
            (await store.Shell.DoneAsync("verify", "run", id)).Said($"training run {id}  VERIFIED");
            await AssertWrittenBackAsync(store, id, isDeleted: run == "deleted");
        }

        // NaN and infinite metrics, which the original cannot record.
        var baseline = JsonNode.Parse((await store.Shell.DoneAsync("verify", "run", store.Runs["baseline"], "--json")).Out)!;
        Assert.Equal("verified", (string?)baseline["status"]);
        await store.Shell.DoneAsync("ledger", "verify");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_run_with_NaN_and_infinite_metrics_is_recorded_in_our_own_profile_with_MLflows_texts(string name)
    {
        await using var store = await RealStore.CopyAsync(name);
        var anchored = JsonNode.Parse((await store.Shell.DoneAsync("anchor", "run", store.Runs["baseline"], "--json")).Out)!;
        Assert.Equal("hallmark/v1", (string?)anchored["envelope"]!["spec_version"]);
        var metrics = anchored["payload"]!["metrics"]!.AsObject();

        // MLflow's databases hold an infinity as the largest double; its files hold it as it is.
        string[] expected = store.IsFile
            ? ["NaN", "Infinity", "-Infinity"]
            : ["NaN", "1.7976931348623157E+308", "-1.7976931348623157E+308"];
        Assert.Equal(expected, new[] { "nan", "inf", "-inf" }.Select(key => metrics[key]!.ToString()));
        await store.Shell.DoneAsync("verify", "run", store.Runs["baseline"]);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_run_without_dataset_inputs_is_refused_with_a_hint_and_nothing_is_written(string name)
    {
        await using var store = await RealStore.CopyAsync(name);
        var refused = (await store.Shell.RunAsync("anchor", "run", store.Runs["parent"])).Ended(2);
        Assert.Contains("--allow-empty-dataset-inputs", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(store.Folder, "ario", SearchOption.AllDirectories));
        (await store.Shell.RefusedAsync("verify", "run", store.Runs["parent"])).Said("not anchored");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task What_was_anchored_is_accepted_by_a_verifier_that_follows_the_original(string name)
    {
        await using var store = await RealStore.CopyAsync(name);
        await store.Shell.DoneAsync("anchor", "run", store.Tuned);
        await using var mlflow = store.Open();
        var envelope = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(store.ArtifactsOf(store.Tuned), "ario", "proof.json")));
        Assert.Equal("ario.mlflow/v1", (string?)envelope!["spec_version"]);
        var result = await ArioVerification.FullVerifyAsync(
            envelope,
            mlflow,
            attestation: null,
            minimumLevel: 2,
            transactionId: null,
            CancellationToken.None
        );
        Assert.True(result.Overall, result.ToString());

        var undo = store.ChangeParam(store.Tuned, "C", "11.0");
        await using var changed = store.Open();
        Assert.False(
            (
                await ArioVerification.FullVerifyAsync(
                    envelope,
                    changed,
                    attestation: null,
                    minimumLevel: 2,
                    transactionId: null,
                    CancellationToken.None
                )
            ).Overall
        );
        undo();
    }

    // mlflow-events.md §10: what the original's readers look for.
    private static async Task AssertWrittenBackAsync(RealStore store, string id, bool isDeleted)
    {
        await using var mlflow = store.Open();
        var run = (await mlflow.FindRunAsync(id, CancellationToken.None))!;
        var tags = run.Tags.Where(tag => tag.Key.StartsWith("ario.", StringComparison.Ordinal)).ToDictionary();
        var ario = Directory
            .EnumerateDirectories(store.Folder, id, SearchOption.AllDirectories)
            .Select(folder => Path.Combine(folder, "artifacts", "ario"))
            .FirstOrDefault(Directory.Exists);
        if (isDeleted)
        {
            Assert.Empty(tags);
            Assert.Null(ario);
            return;
        }

        Assert.NotNull(ario);
        Assert.Equal(
            ["payload.json", "proof.json", "verification.html"],
            Directory.EnumerateFiles(ario).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        var payload = await File.ReadAllBytesAsync(Path.Combine(ario, "payload.json"));
        var proof = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(ario, "proof.json")))!;
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(payload));
        Assert.Equal(hash, (string?)proof["payload_hash"]);
        Assert.Equal(hash, tags["ario.payload_hash"]);
        Assert.Equal((string?)proof["public_key"], tags["ario.public_key"]);
        Assert.Equal("signed", tags["ario.verify_status"]);
        var files = JsonNode.Parse(payload)!["artifact_checksums"] as JsonObject;
        Assert.Equal(files is { Count: > 0 }, tags.ContainsKey("ario.artifact_hash"));
        Assert.Contains(hash, await File.ReadAllTextAsync(Path.Combine(ario, "verification.html")), StringComparison.Ordinal);
    }
}
