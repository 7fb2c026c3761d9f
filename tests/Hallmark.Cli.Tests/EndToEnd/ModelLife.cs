using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>A store whose model <c>iris-classifier</c> went through its life by our commands: trained, registered, promoted, and once registered by a colleague with another key.</summary>
internal sealed class ModelLife : IAsyncDisposable
{
    private ModelLife(RealStore store) => Store = store;

    public RealStore Store { get; }

    public Shell Shell => Store.Shell;

    /// <summary>Somebody who has the store, and no ledger.</summary>
    public Shell Auditor { get; private set; } = null!; // set before anybody has the life

    /// <summary>The public key that signed all but version 4.</summary>
    public string Signer { get; private set; } = "";

    /// <summary>The public key that signed the registration of version 4.</summary>
    public string OtherSigner { get; private set; } = "";

    /// <summary>Event ids by what was recorded.</summary>
    public Dictionary<string, string> Events { get; } = new(StringComparer.Ordinal);

    public static async Task<ModelLife> LiveAsync(string store)
    {
        var life = new ModelLife(await RealStore.CopyAsync(store));
        var tuned = life.Store.Tuned;
        await life.RecordAsync("training", "anchor", "run", tuned);
        await life.RecordAsync("registration of 3", "register", "iris-classifier", "--run", tuned);
        await life.RecordAsync("stage of 3", "promote", "iris-classifier/3", "--stage", "Staging");
        await life.RecordAsync("alias of 3", "promote", "iris-classifier/3", "--alias", "champion");

        // MLflow made version 2 itself, of the same run, and never told anybody.
        await life.RecordAsync("registration of 2", "register", "iris-classifier/2");

        // The run of version 1 is not anchored.
        await life.RecordAsync("registration of 1", "register", "iris-classifier/1");

        // A colleague registers the same run again, with a home, a key and a ledger of their own.
        var colleague = life.Store.Somebody("colleague");
        await colleague.DoneAsync("register", "iris-classifier", "--run", tuned);
        life.Auditor = life.Store.Somebody("auditor");
        life.Signer = await PublicKeyAsync(life.Shell);
        life.OtherSigner = await PublicKeyAsync(colleague);
        return life;
    }

    /// <summary>A file of an event of the run, below <c>ario/</c>.</summary>
    public string InArio(params string[] path) => Path.Combine([Store.ArtifactsOf(Store.Tuned), "ario", .. path]);

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private async Task RecordAsync(string what, params string[] command) =>
        Events[what] = (string)JsonNode.Parse((await Shell.DoneAsync([.. command, "--json"])).Out)!["event_id"]!;

    private static async Task<string> PublicKeyAsync(Shell shell) =>
        (string)JsonNode.Parse((await shell.DoneAsync("key", "show", "--json")).Out)!["public_key"]!;
}
