using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Policies;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Composing;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Tests;

/// <summary>A bundle brings a stranger to the verdict; what is trusted comes from the stranger (docs/formats/evidence.md).</summary>
public sealed class BundleTests : IAsyncLifetime
{
    private BundleScene _scene = null!; // ! made before each test

    public async Task InitializeAsync() => _scene = await BundleScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_bundle_holds_an_event_and_all_that_it_follows_and_verifies_without_the_ledger()
    {
        var body = await _scene.ComposeAsync();
        var bundle = await BundleScene.SealAsync(body);
        await _scene.DisposeAsync();

        var verified = await BundleScene.VerifyAsync(bundle);

        Assert.Equal(3, body.Entries.Length);
        Assert.Equal(2, body.Checkpoints.Length);
        Assert.Equal(VerdictStatus.Verified, verified.Verdict.Status);
        Assert.Equal(
            ["wrapper", "subject", "signature", "record", "checkpoints", "consistency", "inclusion", "witnesses"],
            verified.Verdict.Checks.Select(check => check.Name)
        );
        Assert.All(verified.Verdict.Checks, check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
        Assert.All(verified.Verdict.Witnesses, witness => Assert.Equal(Notary.SeenAt, witness.ExistedBefore));
    }

    [Fact]
    public async Task The_file_is_canonical_and_reads_back_to_the_same_body()
    {
        var bundle = await BundleScene.SealAsync(await _scene.ComposeAsync());

        Assert.Equal(CanonicalJson.Canonicalize(bundle), bundle);
        var body = (await BundleScene.VerifyAsync(bundle)).Body!;
        Assert.Equal(bundle, await BundleScene.SealAsync(body));
    }

    [Fact]
    public async Task Pretty_printing_changes_nothing()
    {
        var pretty = JsonNode.Parse(await BundleScene.SealAsync(await _scene.ComposeAsync()))!.ToString();

        Assert.Equal(VerdictStatus.Verified, (await BundleScene.VerifyAsync(System.Text.Encoding.UTF8.GetBytes(pretty))).Verdict.Status);
    }

    [Fact]
    public async Task Hashes_only_leaves_every_record_out_and_still_verifies()
    {
        var bundle = await BundleScene.SealAsync(await _scene.ComposeAsync(hasOnlyHashes: true));

        var verdict = (await BundleScene.VerifyAsync(bundle)).Verdict;
        Assert.DoesNotContain("\"record\"", BundleScene.TextOf(bundle), StringComparison.Ordinal);
        Assert.Equal(VerdictStatus.Verified, verdict.Status);
        Assert.Equal(("withheld", CheckOutcome.NotRun), Answer(verdict, "record"));
    }

    [Fact]
    public async Task Who_trusts_nobody_sees_that_nobody_vouches_and_no_witness_is_believed()
    {
        var bundle = await BundleScene.SealAsync(await _scene.ComposeAsync());

        var verified = await BundleScene.VerifyAsync(bundle, new BundleTrust());

        Assert.Equal(("no_outside_witness", CheckOutcome.NotRun), Answer(verified.Verdict, "witnesses"));
        Assert.Contains("nobody here vouches for notary", Detail(verified.Verdict, "witnesses"), StringComparison.Ordinal);
        Assert.Contains("nobody here vouches", Detail(verified.Verdict, "signature"), StringComparison.Ordinal);
        Assert.All(verified.Verdict.Witnesses, witness => Assert.False(witness.Holds || witness.IsOutside));
        Assert.All(verified.Verdict.Witnesses, witness => Assert.Null(witness.ExistedBefore));
    }

    [Fact]
    public async Task A_signer_who_may_not_sign_fails_every_envelope_by_name()
    {
        var stranger = BundleScene.Trust with { Judge = BundleScene.Only(Notary.Key.PublicKey) };

        var verdict = (await BundleScene.VerifyAsync(await BundleScene.SealAsync(await _scene.ComposeAsync()), stranger)).Verdict;

        Assert.Equal(VerdictStatus.Failed, verdict.Status);
        Assert.Equal(3, verdict.Checks.Single(check => check.Name == "signature").Differences.Length);
        Assert.Contains(BundleScene.EventId(3), Detail(verdict, "signature"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notary", CheckOutcome.Passed)]
    [InlineData("notary within 1h", CheckOutcome.Passed)]
    [InlineData("notary within 59m", CheckOutcome.Failed)]
    [InlineData("notary and ots", CheckOutcome.Failed)]
    [InlineData("notary or ots", CheckOutcome.Passed)]
    public async Task A_policy_is_asked_for_every_event(string policy, CheckOutcome outcome)
    {
        var trust = BundleScene.Trust with { Policy = WitnessPolicy.Parse(policy) };

        var verdict = (await BundleScene.VerifyAsync(await BundleScene.SealAsync(await _scene.ComposeAsync()), trust)).Verdict;

        Assert.Equal(outcome, verdict.Checks.Single(check => check.Name == WitnessPolicy.CheckName).Outcome);
    }

    [Fact]
    public async Task A_checkpoint_speaks_for_the_events_below_it_only()
    {
        var body = await _scene.ComposeAsync();
        var first = body with { Receipts = [.. body.Receipts.Where(receipt => receipt.TreeSize == 7)] };
        var trust = BundleScene.Trust with { Policy = WitnessPolicy.Parse("notary") };

        var verdict = (await BundleScene.VerifyAsync(await BundleScene.SealAsync(first), trust)).Verdict;

        Assert.Single(first.Receipts);
        Assert.Equal(("witnesses_missing", CheckOutcome.Failed), Answer(verdict, WitnessPolicy.CheckName));
        Assert.Contains("entry 7", Detail(verdict, WitnessPolicy.CheckName), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_anchors_name_in_a_bundle_meets_no_term()
    {
        var body = await _scene.ComposeAsync();
        var posing = body with
        {
            Receipts =
            [
                .. body.Checkpoints.Select(checkpoint => Notary.Receipt(AnchorTarget.Checkpoint, checkpoint.Note, null, anchor: "our-tsa")),
            ],
        };
        var trust = BundleScene.Trust with { Policy = WitnessPolicy.Parse("our-tsa") };

        Assert.Equal(VerdictStatus.Failed, (await BundleScene.VerifyAsync(await BundleScene.SealAsync(posing), trust)).Verdict.Status);
    }

    [Fact]
    public async Task A_receipt_of_an_unknown_world_is_reported_and_not_believed()
    {
        var body = await _scene.ComposeAsync();
        var odd = body with { Receipts = [Notary.Receipt(AnchorTarget.Checkpoint, body.Checkpoints[^1].Note, 8, world: "moon")] };

        var verified = await BundleScene.VerifyAsync(await BundleScene.SealAsync(odd));

        Assert.Equal(("no_outside_witness", CheckOutcome.NotRun), Answer(verified.Verdict, "witnesses"));
        Assert.Contains("moon", Detail(verified.Verdict, "witnesses"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_for_other_bytes_than_any_in_the_bundle_is_refuted()
    {
        var body = await _scene.ComposeAsync();
        var stray = body with { Receipts = [Notary.Receipt(AnchorTarget.Checkpoint, "another"u8.ToArray(), 8)] };

        var verdict = (await BundleScene.VerifyAsync(await BundleScene.SealAsync(stray))).Verdict;

        Assert.Equal(("refuted", CheckOutcome.Failed), Answer(verdict, "witnesses"));
        Assert.Contains("receipt of notary", Detail(verdict, "witnesses"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_of_an_envelope_that_says_it_is_one_of_a_checkpoint_is_refuted()
    {
        var body = await _scene.ComposeAsync();
        var odd = body with { Receipts = [Notary.Receipt(AnchorTarget.Checkpoint, body.Entries[0].Envelope, 8)] };

        Assert.Equal(VerdictStatus.Failed, (await BundleScene.VerifyAsync(await BundleScene.SealAsync(odd))).Verdict.Status);
    }

    [Fact]
    public async Task A_world_out_of_reach_leaves_what_the_receipt_itself_shows()
    {
        var bundle = await BundleScene.SealAsync(await _scene.ComposeAsync());

        var verified = await BundleScene.VerifyAsync(bundle, BundleScene.Trust with { IsLive = true });

        Assert.All(
            verified.Verdict.Witnesses,
            witness => Assert.Contains(witness.Checks, check => check is { Name: "live", IsOutOfReach: true })
        );
        Assert.All(verified.Verdict.Witnesses, witness => Assert.False(witness.Holds));
    }

    [Fact]
    public async Task A_bundle_about_something_else_than_its_events_fails()
    {
        var body = await _scene.ComposeAsync();

        var verdict = (await BundleScene.VerifyAsync(await BundleScene.SealAsync(body with { Subject = "model:credit-scorer/4" }))).Verdict;

        Assert.Equal(("another_subject", CheckOutcome.Failed), Answer(verdict, "subject"));
    }

    [Fact]
    public async Task An_event_id_is_a_subject_too()
    {
        var body = await _scene.ComposeAsync();

        var verdict = (
            await BundleScene.VerifyAsync(await BundleScene.SealAsync(body with { Subject = BundleSubject.Event(body.EventId) }))
        ).Verdict;

        Assert.Equal(VerdictStatus.Verified, verdict.Status);
    }

    [Fact]
    public async Task A_signed_checkpoint_that_does_not_continue_the_one_before_fails_and_covers_nothing()
    {
        var body = await _scene.ComposeAsync();
        var cut = body with { Checkpoints = [body.Checkpoints[0], body.Checkpoints[1] with { FromPrevious = null }] };

        var verdict = (await BundleScene.VerifyAsync(await BundleScene.SealAsync(cut))).Verdict;

        Assert.Equal(("inconsistent", CheckOutcome.Failed), Answer(verdict, "consistency"));
        Assert.Equal(("not_included", CheckOutcome.Failed), Answer(verdict, "inclusion"));
    }

    [Fact]
    public async Task Checkpoints_of_another_ledger_or_key_fail()
    {
        var body = await _scene.ComposeAsync();
        var other = Core.Notes.NoteVerifierKey.ForEd25519(body.Origin, Notary.Key.PublicKey).ToString();

        Assert.Equal(
            ("checkpoint_invalid", CheckOutcome.Failed),
            Answer((await BundleScene.VerifyAsync(await BundleScene.SealAsync(body with { VerifierKey = other }))).Verdict, "checkpoints")
        );
        Assert.Equal(
            ("checkpoint_invalid", CheckOutcome.Failed),
            Answer((await BundleScene.VerifyAsync(await BundleScene.SealAsync(body with { Origin = "else" }))).Verdict, "checkpoints")
        );
        Assert.Equal(
            ("checkpoint_invalid", CheckOutcome.Failed),
            Answer((await BundleScene.VerifyAsync(await BundleScene.SealAsync(body with { Checkpoints = [] }))).Verdict, "checkpoints")
        );
    }

    [Fact]
    public async Task A_bundle_without_events_fails()
    {
        var body = await _scene.ComposeAsync();

        Assert.Equal(
            VerdictStatus.Failed,
            (await BundleScene.VerifyAsync(await BundleScene.SealAsync(body with { Entries = [], Receipts = [] }))).Verdict.Status
        );
    }

    [Fact]
    public async Task What_the_verdict_was_at_export_is_told_and_never_believed()
    {
        var body = await _scene.ComposeAsync();
        var boasting = body with
        {
            Subject = "model:other/1",
            VerdictAtExport = new JsonObject { ["status"] = "verified" },
            Keys = [new ClaimedKey(BundleScene.Key.PublicKey.Hex, "the bank", BundleScene.SignedAt, BundleScene.SignedAt.AddYears(1))],
        };

        var verified = await BundleScene.VerifyAsync(await BundleScene.SealAsync(boasting), new BundleTrust());

        Assert.Equal(VerdictStatus.Failed, verified.Verdict.Status);
        Assert.Contains(verified.Verdict.Notes, note => note.Contains("not now", StringComparison.Ordinal));
        Assert.Equal("the bank", verified.Body!.Keys[0].Name);
    }

    [Fact]
    public async Task An_event_under_no_checkpoint_and_a_subject_of_nothing_are_refused()
    {
        await _scene.AppendAsync(
            9,
            "model_registered",
            new JsonObject { ["type"] = "mlflow_model_version" },
            "model:new/1",
            new JsonObject()
        );
        var composer = new BundleComposer(_scene.Ledger);
        var fresh = await _scene.Ledger.FindBySubjectAsync("model:new/1", CancellationToken.None);

        await Assert.ThrowsAsync<BadInputException>(() => composer.ComposeAsync("model:new/1", fresh, false, CancellationToken.None));
        await Assert.ThrowsAsync<BadInputException>(() => composer.ComposeAsync("model:none/1", [], false, CancellationToken.None));
    }

    private static (string?, CheckOutcome) Answer(Verdict verdict, string name)
    {
        var check = verdict.Checks.Single(check => check.Name == name);
        return (check.Reason, check.Outcome);
    }

    private static string Detail(Verdict verdict, string name) => verdict.Checks.Single(check => check.Name == name).Detail!;
}
