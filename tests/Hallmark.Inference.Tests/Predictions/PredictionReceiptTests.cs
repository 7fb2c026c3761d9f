using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Policies;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Verification;
using Hallmark.Inference.Predictions;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>Receipts of predictions: made of a ledger, verified without it (docs/formats/predictions.md).</summary>
public sealed class PredictionReceiptTests : IAsyncLifetime
{
    private ReceiptScene _scene = null!; // ! made before each test

    public async Task InitializeAsync() => _scene = await ReceiptScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData(PredictionMode.Batched, true)]
    [InlineData(PredictionMode.Batched, false)]
    [InlineData(PredictionMode.Direct, true)]
    [InlineData(PredictionMode.Direct, false)]
    public async Task A_receipt_verifies_offline_without_the_ledger(PredictionMode mode, bool withRecord)
    {
        var receipt = await _scene.GetAsync(await _scene.PredictAsync(mode), withRecord);
        await _scene.DisposeAsync();

        var verified = await ReceiptScene.VerifyAsync(receipt);

        Assert.Equal(VerdictStatus.Verified, verified.Verdict.Status);
        Assert.Equal(
            ["subject", "signature", "record_hash", "record", "checkpoints", "inclusion", "witnesses"],
            verified.Verdict.Checks.Select(check => check.Name)
        );
        Assert.Equal(
            withRecord ? CheckOutcome.Passed : CheckOutcome.NotRun,
            verified.Verdict.Checks.Single(check => check.Name == "record").Outcome
        );
        Assert.Equal(withRecord, Encoding.UTF8.GetString(receipt).Contains("\"record\":", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receipts_from_before_and_after_a_handover_of_the_ledgers_key_verify_offline()
    {
        var decision = await _scene.PredictAsync(PredictionMode.Batched);
        var before = await _scene.GetAsync(decision, withRecord: true);
        using var second = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);
        await _scene.HandOverAsync(second);
        var later = await _scene.PredictAsync(PredictionMode.Batched);
        var after = await _scene.GetAsync(later, withRecord: true);
        Assert.Equal(before, await _scene.GetAsync(decision, withRecord: true));
        await _scene.DisposeAsync();

        Assert.Equal(VerdictStatus.Verified, (await ReceiptScene.VerifyAsync(before)).Verdict.Status);
        var verified = await ReceiptScene.VerifyAsync(after);
        Assert.Equal(VerdictStatus.Verified, verified.Verdict.Status);
        Assert.Single(verified.Receipt!.Handovers);
        Assert.Equal(after, PredictionReceiptJson.Write(verified.Receipt));

        // Without the handover the checkpoint is nobody's, and nothing below it is covered.
        var stripped = await ReceiptScene.VerifyAsync(PredictionReceiptJson.Write(verified.Receipt with { Handovers = [] }));
        Assert.Equal(VerdictStatus.Failed, stripped.Verdict.Status);
        Assert.Equal(CheckOutcome.Failed, stripped.Verdict.Checks.Single(check => check.Name == "checkpoints").Outcome);
        var forged = verified.Receipt.Handovers[0] with { Note = verified.Receipt.Checkpoints[0].Note };
        Assert.Equal(
            VerdictStatus.Failed,
            (await ReceiptScene.VerifyAsync(PredictionReceiptJson.Write(verified.Receipt with { Handovers = [forged] }))).Verdict.Status
        );
    }

    [Fact]
    public async Task A_receipt_is_canonical_reads_back_to_itself_and_may_be_printed_prettily()
    {
        var receipt = await _scene.GetAsync(await _scene.PredictAsync(PredictionMode.Batched), withRecord: true);
        Assert.Equal(CanonicalJson.Canonicalize(receipt), receipt);
        Assert.True(PredictionReceiptJson.IsReceipt(receipt));
        var read = (await ReceiptScene.VerifyAsync(receipt)).Receipt!;
        Assert.Equal(receipt, PredictionReceiptJson.Write(read));
        var pretty = Encoding.UTF8.GetBytes(JsonNode.Parse(receipt)!.ToString());
        Assert.Equal(VerdictStatus.Verified, (await ReceiptScene.VerifyAsync(pretty)).Verdict.Status);
    }

    [Fact]
    public async Task A_receipt_grows_as_anchors_confirm_and_the_earlier_ones_stay_good()
    {
        var decision = await _scene.PredictAsync(PredictionMode.Batched);
        var early = await _scene.GetAsync(decision, withRecord: false);
        Assert.Equal(CheckOutcome.NotRun, Witnesses(await ReceiptScene.VerifyAsync(early)).Outcome);

        await _scene.PredictAsync(PredictionMode.Batched);
        await _scene.AnchorLatestAsync(ReceiptState.Submitted);
        var promised = (await ReceiptScene.VerifyAsync(await _scene.GetAsync(decision, withRecord: false)));
        Assert.Equal(2, promised.Receipt!.Checkpoints.Length);
        Assert.Equal(CheckOutcome.NotRun, Witnesses(promised).Outcome);

        await _scene.AnchorLatestAsync(ReceiptState.Final);
        var late = await ReceiptScene.VerifyAsync(await _scene.GetAsync(decision, withRecord: false));
        Assert.Equal(VerdictStatus.Verified, late.Verdict.Status);
        Assert.Equal(CheckOutcome.Passed, Witnesses(late).Outcome);
        Assert.Equal(1, late.Verdict.OutsideWitnessCount);
        Assert.Equal(VerdictStatus.Verified, (await ReceiptScene.VerifyAsync(early)).Verdict.Status);
    }

    [Fact]
    public async Task A_policy_is_asked_for_the_prediction()
    {
        var decision = await _scene.PredictAsync(PredictionMode.Batched);
        var trust = ReceiptScene.Trust with { Policy = WitnessPolicy.Parse("require notary") };
        var early = await ReceiptScene.VerifyAsync(await _scene.GetAsync(decision, withRecord: false), trust);
        Assert.NotEqual(VerdictStatus.Verified, early.Verdict.Status);
        await _scene.AnchorLatestAsync(ReceiptState.Final);
        var late = await ReceiptScene.VerifyAsync(await _scene.GetAsync(decision, withRecord: false), trust);
        Assert.Equal(VerdictStatus.Verified, late.Verdict.Status);
    }

    [Fact]
    public async Task Who_trusts_another_key_hears_that_the_signer_is_not_his()
    {
        var receipt = await _scene.GetAsync(await _scene.PredictAsync(PredictionMode.Direct), withRecord: false);
        var strict = new BundleTrust { Judge = (_, _) => new SignerOpinion(SignerStanding.Refused, null) };
        Assert.Equal(1, (await ReceiptScene.VerifyAsync(receipt, strict)).Verdict.ExitCode);
        var nobody = await ReceiptScene.VerifyAsync(receipt, new BundleTrust());
        Assert.Equal(VerdictStatus.Verified, nobody.Verdict.Status);
        Assert.Contains("--signer", Assert.Single(nobody.Verdict.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_ledger_does_not_hold_has_no_receipt_and_what_no_checkpoint_covers_has_none_yet()
    {
        var composer = new PredictionReceiptComposer(_scene.Ledger);
        Assert.Null(await composer.FindAsync(PredictionHome.NewId(), withRecord: false, CancellationToken.None));
        var decision = await _scene.PredictAsync(PredictionMode.Batched, publishes: false);
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() =>
            composer.FindAsync(decision, withRecord: false, CancellationToken.None)
        );
        Assert.Equal((3, TimeSpan.FromSeconds(1)), (refusal.ExitCode, refusal.RetryAfter));
    }

    [Fact]
    public async Task One_verifier_takes_receipts_from_many_threads_and_believes_no_forged_checkpoint_after_a_good_one()
    {
        var decisions = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            decisions.Add(await _scene.PredictAsync(PredictionMode.Batched, publishes: i == 19));
        }

        var receipts = await Task.WhenAll(decisions.Select(decision => _scene.GetAsync(decision, withRecord: true)));
        var verifier = new PredictionReceiptVerifier(ReceiptScene.Trust);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            async (i, token) =>
            {
                var bytes = receipts[i % receipts.Length];
                var forged = Encoding.UTF8.GetBytes(
                    Encoding.UTF8.GetString(bytes).Replace("\\n20\\n", "\\n21\\n", StringComparison.Ordinal)
                );
                Assert.NotEqual(bytes, forged);
                Assert.Equal(VerdictStatus.Verified, (await verifier.VerifyAsync(bytes, token)).Verdict.Status);
                Assert.Equal(VerdictStatus.Failed, (await verifier.VerifyAsync(forged, token)).Verdict.Status);
            }
        );
    }

    private static Check Witnesses(VerifiedPrediction verified) => verified.Verdict.Checks.Single(check => check.Name == "witnesses");
}
