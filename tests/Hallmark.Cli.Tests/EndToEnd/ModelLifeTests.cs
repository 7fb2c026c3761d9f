using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>Issue 2, "What must hold" 4: registered, promoted and audited models in the stores of real MLflow 2.14, 2.22 and 3.6, and what breaks their chain.</summary>
public sealed class ModelLifeTests(ModelLifeShelf shelf) : IClassFixture<ModelLifeShelf>
{
    private static readonly Dictionary<string, (Func<ModelLife, Action> Apply, string InAudit, string? InVersion)> Changes = new(
        StringComparer.Ordinal
    )
    {
        ["the stage set back silently"] = Both(life => life.Store.SetStage("3", "None"), "stage   anchored Staging   found None"),
        ["the alias moved silently"] = Both(life => life.Store.PointAlias("champion", "2"), "alias champion   anchored 3   found 2"),
        ["an artifact swapped"] = Both(life => RealStore.FlipBit(Path.Combine(life.Store.ModelOf("tuned"), "model.pkl")), "model.pkl"),
        ["an artifact added"] = Both(
            life => RealStore.AddFile(Path.Combine(life.Store.ModelOf("tuned"), "loader.py")),
            "loader.py   not in the record"
        ),
        ["the source redirected"] = Both(
            life => life.Store.RedirectSource("3", "runs:/" + life.Store.Runs["baseline"] + "/model"),
            "source   anchored runs:/"
        ),
        ["the registration's record"] = Both(
            life => RealStore.FlipBit(life.InArio("registrations", life.Events["registration of 3"], "payload.json")),
            "payload.json"
        ),
        ["the registration's envelope"] = Both(
            life => RealStore.FlipBit(life.InArio("registrations", life.Events["registration of 3"], "proof.json")),
            "proof.json"
        ),
        ["the promotion's record"] = (
            life => RealStore.FlipBit(life.InArio("promotions", life.Events["stage of 3"], "payload.json")),
            "stage transition of iris-classifier/3",
            null
        ),
        ["the alias change's envelope"] = (
            life => RealStore.FlipBit(life.InArio("promotions", life.Events["alias of 3"], "proof.json")),
            "alias change of iris-classifier/3",
            null
        ),
        ["a param of the training"] = (
            life => life.Store.ChangeParam(life.Store.Tuned, "C", "0.1"),
            "params.C   anchored 10.0   found 0.1",
            null
        ),
        ["the training in the ledger"] = Both(life => life.Store.ChangeLedgerEntry("training_complete"), "training"),
        ["the promotion in the ledger"] = (
            life => life.Store.ChangeLedgerEntry("stage_transition"),
            "stage transition of iris-classifier/3",
            null
        ),
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
    [MemberData(nameof(Stores))]
    public async Task A_registered_and_promoted_version_verifies_and_its_audit_says_so_in_every_format(string store)
    {
        var life = await shelf.TakeAsync(store);
        (await life.Shell.DoneAsync("verify", "model", "iris-classifier/3")).Said("VERIFIED").Said("alias champion");
        (await life.Shell.DoneAsync("verify", "model", "iris-classifier/3", "--signer", life.Signer)).Said("VERIFIED");
        (await life.Shell.DoneAsync("audit", "iris-classifier/3"))
            .Said("iris-classifier/3  VERIFIED")
            .Said("stage transition of iris-classifier/3")
            .Said("alias change of iris-classifier/3");
        var json = JsonNode.Parse((await life.Shell.DoneAsync("audit", "iris-classifier/3", "--format", "json")).Out)!;
        Assert.True((bool)json["overall_ok"]!);
        Assert.Contains("ario.mlflow.audit/v1", json.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["training", "registration", "promotion"], json["stages"]!.AsArray().Select(stage => (string)stage!["stage"]!));
        (await life.Shell.DoneAsync("audit", "iris-classifier/3", "--format", "html"))
            .Said("<!DOCTYPE html>")
            .Said(life.Signer)
            .Said(life.Store.Tuned);
        await life.Shell.DoneAsync("ledger", "verify");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Each_version_of_one_run_verifies_with_its_own_record(string store)
    {
        var life = await shelf.TakeAsync(store);
        foreach (var version in new[] { "2", "3", "4" })
        {
            (await life.Shell.DoneAsync("verify", "model", "iris-classifier/" + version)).Said("VERIFIED");
        }

        // The newest registration's copy under the original's shared name is version 4's, and nobody else's.
        var undo = RealStore.FlipBit(life.InArio("registration_payload.json"));
        (await life.Shell.RefusedAsync("verify", "model", "iris-classifier/4")).Said("ario/registration_payload.json");
        await life.Shell.DoneAsync("verify", "model", "iris-classifier/3");
        undo();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_broken_link_is_named_and_mending_it_verifies_again(string store, string change)
    {
        var life = await shelf.TakeAsync(store);
        var (apply, inAudit, inVersion) = Changes[change];
        var undo = apply(life);
        try
        {
            (await life.Shell.RefusedAsync("audit", "iris-classifier/3")).Said("FAILED").Said(inAudit);
            if (inVersion is not null)
            {
                (await life.Shell.RefusedAsync("verify", "model", "iris-classifier/3")).Said("FAILED").Said(inVersion);
            }
        }
        finally
        {
            undo();
        }

        (await life.Shell.DoneAsync("audit", "iris-classifier/3")).Said("VERIFIED");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_version_whose_training_has_no_proof_does_not_verify(string store)
    {
        var life = await shelf.TakeAsync(store);
        (await life.Shell.RefusedAsync("verify", "model", "iris-classifier/1")).Said(
            "there is no proof of the training of run " + life.Store.Runs["baseline"]
        );
        (await life.Shell.RefusedAsync("audit", "iris-classifier/1")).Said($"the run {life.Store.Runs["baseline"]} is not anchored");
        var json = JsonNode.Parse((await life.Shell.RefusedAsync("audit", "iris-classifier/1", "--format", "json")).Out)!;
        Assert.False((bool)json["overall_ok"]!);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_version_that_nobody_anchored_does_not_pass(string store)
    {
        var life = await shelf.TakeAsync(store);
        (await life.Shell.RefusedAsync("verify", "model", "iris-direct/1")).Said("is not anchored");
        (await life.Shell.RefusedAsync("audit", "iris-direct/1")).Said("is not anchored");

        // Registered and in Production, but nobody recorded how it came there.
        await life.Shell.DoneAsync("verify", "model", "iris-classifier/2");
        (await life.Shell.RefusedAsync("audit", "iris-classifier/2")).Said(
            "the version is in stage Production, and no envelope says how it came there"
        );
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_signer_who_may_not_sign_is_named_wherever_in_the_chain_he_signed(string store)
    {
        var life = await shelf.TakeAsync(store);
        (await life.Shell.RefusedAsync("verify", "run", life.Store.Tuned, "--signer", life.OtherSigner)).Said(
            "none of the keys that may sign here"
        );
        (await life.Shell.RefusedAsync("audit", "iris-classifier/3", "--signer", life.OtherSigner, "--full")).Said(life.Signer);

        // Version 4: the training is one signer's, the registration another's.
        (await life.Auditor.DoneAsync("verify", "model", "iris-classifier/4")).Said("for which nobody here vouches");
        foreach (var shell in new[] { life.Shell, life.Auditor })
        {
            (await shell.RefusedAsync("verify", "model", "iris-classifier/4", "--signer", life.Signer, "--full")).Said(
                $"signed by {life.OtherSigner}, which is none of the keys"
            );
            (await shell.RefusedAsync("verify", "model", "iris-classifier/4", "--signer", life.OtherSigner, "--full")).Said(
                $"training: signed by {life.Signer}, which is none of the keys"
            );
        }

        await life.Shell.RefusedAsync("audit", "iris-classifier/4", "--signer", life.Signer);
        await life.Auditor.RefusedAsync("audit", "iris-classifier/4", "--signer", life.OtherSigner);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task An_auditor_who_has_the_store_and_no_ledger_verifies_it_too(string store)
    {
        var life = await shelf.TakeAsync(store);
        (await life.Auditor.DoneAsync("verify", "run", life.Store.Tuned, "--signer", life.Signer)).Said("VERIFIED");
        (await life.Auditor.DoneAsync("verify", "model", "iris-classifier/3", "--signer", life.Signer)).Said("VERIFIED");
        (await life.Auditor.DoneAsync("audit", "iris-classifier/3", "--signer", life.Signer)).Said("VERIFIED");
        var undo = RealStore.FlipBit(Path.Combine(life.Store.ModelOf("tuned"), "model.pkl"));
        (await life.Auditor.RefusedAsync("audit", "iris-classifier/3")).Said("model.pkl");
        undo();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Files_that_are_not_those_of_the_training_are_not_registered(string store)
    {
        var life = await shelf.TakeAsync(store);
        var undo = RealStore.FlipBit(Path.Combine(life.Store.ModelOf("tuned"), "model.pkl"));
        var refused = await life.Shell.RefusedAsync("register", "iris-classifier", "--run", life.Store.Tuned);
        undo();
        Assert.Contains("--allow-mismatched-artifacts", refused.Error, StringComparison.Ordinal);
        (await life.Shell.RunAsync("verify", "model", "iris-classifier/5")).Ended(2);
    }

    private static (Func<ModelLife, Action> Apply, string InAudit, string? InVersion) Both(Func<ModelLife, Action> apply, string named) =>
        (apply, named, named);
}
