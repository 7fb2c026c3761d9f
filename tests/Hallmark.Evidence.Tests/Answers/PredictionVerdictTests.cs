using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Policies;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Tests.Answers;

/// <summary>Each check of a prediction's receipt (docs/formats/predictions.md): when it passes, when it does not, and that no other one speaks for it.</summary>
public sealed class PredictionVerdictTests
{
    private static readonly BundleTrust Nobody = new();

    [Fact]
    public async Task A_sound_receipt_of_either_form_passes_every_check()
    {
        foreach (var receipt in new[] { PredictionMaker.Single(), PredictionMaker.Batched() })
        {
            var verdict = await VerifyAsync(receipt);

            Assert.Equal(VerdictStatus.Verified, verdict.Status);
            Assert.Equal($"prediction {PredictionMaker.Decision}", verdict.Subject);
            Assert.Equal(
                [
                    ("subject", CheckOutcome.Passed),
                    ("signature", CheckOutcome.Passed),
                    ("record_hash", CheckOutcome.Passed),
                    ("record", CheckOutcome.Passed),
                    ("checkpoints", CheckOutcome.Passed),
                    ("inclusion", CheckOutcome.Passed),
                    ("witnesses", CheckOutcome.NotRun),
                ],
                verdict.Checks.Select(check => (check.Name, check.Outcome))
            );
            Assert.Empty(verdict.Notes);
        }
    }

    [Fact]
    public async Task Without_a_checkpoint_neither_the_ledger_nor_a_place_in_it_is_shown()
    {
        var verdict = await VerifyAsync(PredictionMaker.Single() with { Checkpoints = [] });

        Assert.Equal(("checkpoint_invalid", "checkpoints: there is none"), Failed(verdict, "checkpoints"));
        Assert.Equal(CheckOutcome.Failed, verdict.Checks.Single(check => check.Name == "inclusion").Outcome);
    }

    [Fact]
    public async Task A_receipt_without_its_record_verifies_and_says_that_the_record_was_left_out()
    {
        var verdict = await VerifyAsync(PredictionMaker.Single() with { Record = null });

        Assert.Equal(VerdictStatus.Verified, verdict.Status);
        var record = verdict.Checks.Single(check => check.Name == "record");
        Assert.Equal((CheckOutcome.NotRun, "withheld", false), (record.Outcome, record.Reason, record.IsRequired));
    }

    [Fact]
    public async Task A_signer_whom_nobody_knows_is_said_to_be_one_and_a_refused_one_fails()
    {
        var unknown = await VerifyAsync(PredictionMaker.Single(), Nobody);
        Assert.Equal(VerdictStatus.Verified, unknown.Status);
        Assert.Contains("nobody here", unknown.Checks.Single(check => check.Name == "signature").Detail, StringComparison.Ordinal);
        Assert.Contains("--signer KEY", Assert.Single(unknown.Notes), StringComparison.Ordinal);

        var refused = await VerifyAsync(
            PredictionMaker.Single(),
            BundleScene.Trust with
            {
                Judge = BundleScene.Only(Notary.Key.PublicKey),
            }
        );
        Assert.Equal(["signature"], FailedNames(refused));
        Assert.Contains(BundleScene.Key.PublicKey.Hex, Failed(refused, "signature").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_judge_is_asked_about_the_key_in_lower_case_and_the_time_that_the_envelope_names()
    {
        var asked = new List<(string, DateTimeOffset?)>();
        var trust = Nobody with
        {
            Judge = (key, time) =>
            {
                asked.Add((key, time));
                return Mlflow.Verification.SignerOpinion.Unknown;
            },
        };
        await VerifyAsync(PredictionMaker.Single(), trust);
        Assert.Equal((BundleScene.Key.PublicKey.Hex, (DateTimeOffset?)BundleScene.SignedAt), asked[0]);

        // A checkpoint's key is asked about without a time: a checkpoint has none.
        Assert.Equal([(PredictionMaker.LedgerKey.PublicKey.Hex, (DateTimeOffset?)null)], asked.Skip(1).Distinct());
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("12:00")]
    [InlineData("5 March")]
    [InlineData("")]
    [InlineData("2026-13-01T00:00:00Z")]
    public async Task A_time_that_is_none_is_not_made_up(string signedAt)
    {
        DateTimeOffset? asked = DateTimeOffset.MaxValue;
        var draft = EnvelopeDrafts.Events(PredictionMaker.Decision, new string('a', 64), "dev", BundleScene.SignedAt);
        draft["signed_at"] = signedAt;
        var trust = Nobody with
        {
            Judge = (key, time) =>
            {
                asked = key == BundleScene.Key.PublicKey.Hex ? time : asked;
                return Mlflow.Verification.SignerOpinion.Unknown;
            },
            Policy = WitnessPolicy.Parse("notary within 1h"),
        };
        await VerifyAsync(PredictionMaker.Make(draft, []), trust);
        Assert.Null(asked);
    }

    [Fact]
    public async Task The_prediction_is_named_by_the_subject_where_there_is_one_and_by_the_event_id_where_there_is_none()
    {
        var otherSubject = await VerifyAsync(PredictionMaker.Single(decisionId: "another"));
        Assert.Equal(["subject"], FailedNames(otherSubject));
        Assert.Equal(
            (
                "another_subject",
                $"decision_id: the envelope is of event {BundleScene.EventId(700)}, not of prediction {PredictionMaker.Decision}"
            ),
            Failed(otherSubject, "subject")
        );
        Assert.Equal(["subject"], FailedNames(await VerifyAsync(PredictionMaker.Batched(eventId: BundleScene.EventId(8)))));

        // An event id counts for nothing where a subject of another kind stands beside it.
        var draft = EnvelopeDrafts.Mlflow(
            PredictionMaker.Decision,
            "training_complete",
            new JsonObject { ["type"] = "mlflow_run", ["run_id"] = "r1" },
            new string('a', 64),
            "GENESIS",
            BundleScene.SignedAt
        );
        Assert.Contains("subject", FailedNames(await VerifyAsync(PredictionMaker.Make(draft, []))));
    }

    [Fact]
    public async Task A_record_hash_that_the_envelope_does_not_commit_to_is_named_with_the_one_that_it_does()
    {
        var sound = PredictionMaker.Single();
        var verdict = await VerifyAsync(sound with { RecordHash = new string('0', 64) });
        Assert.Equal(["record_hash", "record"], FailedNames(verdict));
        Assert.Equal(("another_hash", $"record_hash: the envelope commits to {sound.RecordHash}"), Failed(verdict, "record_hash"));

        var capitals = await VerifyAsync(sound with { RecordHash = sound.RecordHash.ToUpperInvariant() });
        Assert.Contains("record_hash", FailedNames(capitals));
    }

    [Fact]
    public async Task A_checkpoint_of_another_ledger_another_key_or_no_checkpoint_at_all_is_named_by_its_number()
    {
        var sound = PredictionMaker.Single();
        var strange = new NoteSigner(PredictionMaker.Origin, Notary.Key);
        var elsewhere = new NoteSigner("ledger.example/else", PredictionMaker.LedgerKey);
        var otherKey = sound with { Checkpoints = [sound.Checkpoints[0], PredictionMaker.Under(sound.Envelope, 7, strange)] };
        Assert.Equal(
            ("checkpoint_invalid", "checkpoint 1: it is not signed by the ledger's key: no known key signed the note"),
            Failed(await VerifyAsync(otherKey), "checkpoints")
        );
        var otherLedger = sound with
        {
            Checkpoints = [PredictionMaker.Under(sound.Envelope, 7, elsewhere, "ledger.example/else"), sound.Checkpoints[0]],
        };
        Assert.Equal(
            ("checkpoint_invalid", "checkpoint 0: it is of another ledger, ledger.example/else"),
            Failed(await VerifyAsync(otherLedger), "checkpoints")
        );
        var noNote = await VerifyAsync(sound with { Checkpoints = [sound.Checkpoints[0] with { Note = "no note"u8.ToArray() }] });
        Assert.Equal(["checkpoints", "inclusion"], FailedNames(noNote));
    }

    [Theory]
    [InlineData("not+a+key")]
    [InlineData("ledger.example/predictions")]
    public async Task A_verifier_key_that_is_none_of_the_ledgers_name_vouches_for_nothing(string key)
    {
        var verdict = await VerifyAsync(PredictionMaker.Single() with { VerifierKey = key });
        Assert.Equal(("checkpoint_invalid", "verifier_key: it is no key of the ledger's name"), Failed(verdict, "checkpoints"));
        Assert.Contains(
            "verifier_key",
            FailedDetail(await VerifyAsync(PredictionMaker.Single() with { Origin = "ledger.example/else" })),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_path_of_another_place_or_size_leads_nowhere()
    {
        var sound = PredictionMaker.Single();
        var first = sound.Checkpoints[0];
        foreach (
            var checkpoint in new[]
            {
                first with
                {
                    TreeSize = 5,
                },
                first with
                {
                    Path = first.Path.RemoveAt(0),
                },
                first with
                {
                    Path = first.Path.Add(TreeHash.OfEmptyTree),
                },
                first with
                {
                    Path = [],
                },
            }
        )
        {
            var verdict = await VerifyAsync(sound with { Checkpoints = [checkpoint, sound.Checkpoints[1]] });
            Assert.Equal(["inclusion"], FailedNames(verdict));
            Assert.Equal(
                ("not_included", "checkpoint 0: the proof does not lead from the envelope to its root"),
                Failed(verdict, "inclusion")
            );
        }

        var moved = await VerifyAsync(sound with { Index = PredictionMaker.Index + 1 });
        Assert.Equal(2, moved.Checks.Single(check => check.Name == "inclusion").Differences.Length);
    }

    [Fact]
    public async Task A_witness_of_a_checkpoint_that_does_not_hold_covers_nothing()
    {
        var trust = BundleScene.Trust with { Policy = WitnessPolicy.Parse("notary") };
        var sound = PredictionMaker.Single();
        var seen = sound with { Receipts = [Notary.Receipt(AnchorTarget.Checkpoint, sound.Checkpoints[1].Note, 7)] };
        Assert.Equal(VerdictStatus.Verified, (await VerifyAsync(seen, trust)).Status);

        var cut = seen with { Checkpoints = [sound.Checkpoints[0], sound.Checkpoints[1] with { Path = [] }] };
        var verdict = await VerifyAsync(cut, trust);
        Assert.Equal("witnesses_missing", Failed(verdict, WitnessPolicy.CheckName).Reason);
        Assert.Contains("inclusion", FailedNames(verdict));
    }

    [Fact]
    public async Task A_witness_of_the_envelope_itself_speaks_for_the_prediction()
    {
        var sound = PredictionMaker.Single();
        var seen = sound with { Receipts = [Notary.Receipt(AnchorTarget.Envelope, sound.Envelope, null)] };
        var verdict = await VerifyAsync(seen, BundleScene.Trust with { Policy = WitnessPolicy.Parse("notary within 1h") });

        Assert.Equal(VerdictStatus.Verified, verdict.Status);
        Assert.EndsWith(", for the prediction", verdict.Checks[^1].Detail, StringComparison.Ordinal);
        Assert.Equal(Notary.SeenAt, Assert.Single(verdict.Witnesses).ExistedBefore);
    }

    [Fact]
    public async Task A_receipt_for_bytes_of_another_kind_or_of_nothing_here_is_refuted()
    {
        var sound = PredictionMaker.Single();
        foreach (
            var stray in new[]
            {
                Notary.Receipt(AnchorTarget.Checkpoint, sound.Envelope, 7),
                Notary.Receipt(AnchorTarget.Envelope, sound.Checkpoints[0].Note, null),
                Notary.Receipt(AnchorTarget.Envelope, "something else"u8.ToArray(), null),
            }
        )
        {
            var verdict = await VerifyAsync(sound with { Receipts = [stray] });
            Assert.Equal(["witnesses"], FailedNames(verdict));
            Assert.Equal("refuted", Failed(verdict, "witnesses").Reason);
            Assert.Contains("in the receipt of a prediction", Failed(verdict, "witnesses").Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_verifier_answers_each_of_many_receipts_by_itself()
    {
        // The second has the first one's checkpoints under another key's name: what was found of the one must not answer for the other.
        var sound = PredictionMaker.Single();
        var verifier = new PredictionReceiptVerifier(BundleScene.Trust);
        var otherKey = sound with { VerifierKey = new NoteSigner(PredictionMaker.Origin, Notary.Key).LogKey.ToString() };
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(VerdictStatus.Verified, (await verifier.VerifyAsync(sound, CancellationToken.None)).Verdict.Status);
            Assert.Equal(["checkpoints"], FailedNames((await verifier.VerifyAsync(otherKey, CancellationToken.None)).Verdict));
        }
    }

    internal static async Task<Verdict> VerifyAsync(PredictionReceipt receipt, BundleTrust? trust = null) =>
        (await new PredictionReceiptVerifier(trust ?? BundleScene.Trust).VerifyAsync(receipt, CancellationToken.None)).Verdict;

    internal static IEnumerable<string> FailedNames(Verdict verdict) =>
        verdict.Checks.Where(check => check.Outcome is CheckOutcome.Failed).Select(check => check.Name);

    internal static (string? Reason, string? Detail) Failed(Verdict verdict, string name)
    {
        var check = verdict.Checks.Single(check => check.Name == name);
        Assert.Equal(CheckOutcome.Failed, check.Outcome);
        return (check.Reason, check.Detail);
    }

    private static string FailedDetail(Verdict verdict) =>
        string.Join("; ", verdict.Checks.Where(check => check.Outcome is CheckOutcome.Failed).Select(check => check.Detail));
}
