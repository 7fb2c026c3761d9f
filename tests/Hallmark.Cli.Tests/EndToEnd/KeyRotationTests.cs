using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>A signing key is retired: the home and its ledger stay, and each event says who signed it.</summary>
public sealed class KeyRotationTests
{
    [Theory]
    [InlineData("2.14/sqlite")]
    [InlineData("3.6/file")]
    [InlineData("3.6/http")]
    public async Task A_new_signing_key_goes_on_in_the_same_ledger_and_the_chain_names_both_signers(string name)
    {
        await using var store = await RealStore.CopyAsync(name);
        await store.Shell.DoneAsync("anchor", "run", store.Tuned);
        await store.Shell.DoneAsync("key", "new", "next");
        var first = await PublicKeyAsync(store.Shell);
        var next = await PublicKeyAsync(store.Shell, "next");
        await store.Shell.DoneAsync("register", "iris-classifier", "--run", store.Tuned, "--key", "next");
        await store.Shell.DoneAsync("promote", "iris-classifier/3", "--stage", "Staging", "--key", "next");

        (await store.Shell.DoneAsync("audit", "iris-classifier/3", "--full")).Said("signed by " + first).Said("signed by " + next);
        (await store.Shell.RefusedAsync("verify", "model", "iris-classifier/3", "--signer", first, "--full")).Said(
            $"signed by {next}, which is none of the keys"
        );
        (await store.Shell.RefusedAsync("verify", "model", "iris-classifier/3", "--signer", next, "--full")).Said(first);
        await store.Shell.DoneAsync("ledger", "verify");
    }

    private static async Task<string> PublicKeyAsync(Shell shell, params string[] key) =>
        (string)JsonNode.Parse((await shell.DoneAsync(["key", "show", .. key, "--json"])).Out)!["public_key"]!;
}
