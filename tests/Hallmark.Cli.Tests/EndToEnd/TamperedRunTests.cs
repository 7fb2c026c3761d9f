namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>Issue 2, "What must hold" 3: one single change at a time, in every kind of store; each ends with exit 1 and is named, and undoing it verifies again.</summary>
public sealed class TamperedRunTests(StoreShelf shelf) : IClassFixture<StoreShelf>
{
    private static readonly Dictionary<string, (Func<RealStore, Action> Apply, string Named)> Changes = new(StringComparer.Ordinal)
    {
        ["a param"] = (store => store.ChangeParam(store.Tuned, "C", "11.0"), "params.C   anchored 10.0   found 11.0"),
        ["a param with other letters"] = (store => store.ChangeParam(store.Tuned, "note", "zweiter Versuch"), "params.note"),
        ["a metric"] = (store => store.ChangeMetric(store.Tuned, "accuracy"), "metrics.accuracy"),
        ["a metric point logged later at a lower step"] = (store => store.AddEarlyPoint(store.Tuned, "loss"), "metric_history.loss"),
        ["the recorded source"] = (store => store.SetRunTag(store.Tuned, "mlflow.source.name", "/elsewhere/train.py"), "source_name"),
        ["a commit that was not recorded"] = (
            store => store.SetRunTag(store.Tuned, "mlflow.source.git.commit", new string('a', 40)),
            "git_commit"
        ),
        ["a dataset's digest"] = (
            store => store.ChangeDatasetDigest("e7c51855", "deadbeef"),
            "digest   anchored e7c51855   found deadbeef"
        ),
        ["a byte of an artifact"] = (store => RealStore.FlipBit(Path.Combine(store.ModelOf("tuned"), "model.pkl")), "model.pkl"),
        ["an artifact added"] = (
            store => RealStore.AddFile(Path.Combine(store.ModelOf("tuned"), "extra.bin")),
            "extra.bin   not in the record"
        ),
        ["an artifact removed"] = (
            store => RealStore.Rename(Path.Combine(store.ModelOf("tuned"), "conda.yaml"), Path.Combine(store.Folder, "conda.yaml")),
            "conda.yaml"
        ),
        ["an artifact renamed"] = (
            store =>
                RealStore.Rename(Path.Combine(store.ModelOf("tuned"), "conda.yaml"), Path.Combine(store.ModelOf("tuned"), "conda.yml")),
            "conda.yml"
        ),
        ["a byte of the record"] = (store => RealStore.FlipBit(InArio(store, "payload.json")), "ario/payload.json"),
        ["a byte of the envelope"] = (store => RealStore.FlipBit(InArio(store, "proof.json")), "ario/proof.json"),
        ["the ledger's own entry"] = (store => store.ChangeLedgerEntry("training_complete"), "ledger"),
    };

    public static TheoryData<string> Stores => RealStore.All;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var store in RealStore.Names)
            {
                foreach (var change in Changes.Keys)
                {
                    cases.Add(store, change);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_single_change_is_named_and_undoing_it_verifies_again(string name, string change)
    {
        var store = await shelf.TakeAsync(name);
        var (apply, named) = Changes[change];
        var undo = apply(store);
        try
        {
            (await store.Shell.RefusedAsync("verify", "run", store.Tuned)).Said("FAILED").Said(named);
        }
        finally
        {
            undo();
        }

        (await store.Shell.DoneAsync("verify", "run", store.Tuned)).Said("VERIFIED");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task The_ledger_names_its_own_entry_that_was_changed(string name)
    {
        var store = await shelf.TakeAsync(name);
        var undo = store.ChangeLedgerEntry("training_complete");
        try
        {
            // Two dataset events stand before the training's.
            (await store.Shell.RefusedAsync("ledger", "verify")).Said("entry 2");
        }
        finally
        {
            undo();
        }

        await store.Shell.DoneAsync("ledger", "verify");
    }

    private static string InArio(RealStore store, string file) => Path.Combine(store.ArtifactsOf(store.Tuned), "ario", file);
}
