using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Each answer that the checks on an envelope and its record can give: its outcome, its reason, and the sentence that a reader gets.</summary>
public sealed class EnvelopeCheckTests
{
    private static readonly string Key = TestSigner.First.PublicKey.Hex;

    [Theory]
    [InlineData("\"ario.events/v9\"", "ario.events/v9")]
    [InlineData("7", "7")]
    [InlineData("{\"a\":1}", "{\"a\":1}")]
    public async Task An_envelope_of_an_unknown_profile_is_refused_and_the_profile_named(string profile, string shown)
    {
        var (shop, training) = await TrainedAsync();
        var check = await CheckAsync(shop, Changed(training.Envelope, "spec_version", JsonNode.Parse(profile)), CheckNames.Signature);
        Assert.Equal(
            (CheckOutcome.Failed, "unsupported_spec_version", $"the envelope's profile {shown} is not known"),
            (check.Outcome, check.Reason, check.Detail)
        );
    }

    [Theory]
    [InlineData("signed_at")]
    [InlineData("event_id")]
    [InlineData("payload_hash")]
    [InlineData("previous_hash")]
    [InlineData("signature")]
    public async Task A_changed_member_breaks_the_signature_and_the_key_is_named(string member)
    {
        var (shop, training) = await TrainedAsync();
        var text = (string)training.Envelope[member]!;
        var other = (text[0] == '0' ? '1' : '0') + text[1..];
        var check = await CheckAsync(shop, Changed(training.Envelope, member, other), CheckNames.Signature);
        Assert.Equal(
            (
                CheckOutcome.Failed,
                "signature_invalid",
                $"the key {Key} did not sign this envelope: the envelope was changed, or the signature is another's"
            ),
            (check.Outcome, check.Reason, check.Detail)
        );
    }

    [Fact]
    public async Task An_envelope_without_a_key_says_that_it_has_none()
    {
        var (shop, training) = await TrainedAsync();
        var check = await CheckAsync(shop, Changed(training.Envelope, "public_key", null), CheckNames.Signature);
        Assert.Equal(
            (
                CheckOutcome.Failed,
                "signature_invalid",
                "the key (no key) did not sign this envelope: the envelope was changed, or the signature is another's"
            ),
            (check.Outcome, check.Reason, check.Detail)
        );
    }

    [Fact]
    public async Task Who_signed_is_told_by_name_where_somebody_vouches_and_by_key_where_nobody_does()
    {
        var (shop, _) = await TrainedAsync();
        Check Judged(Verdict verdict) => verdict.Checks.Single(check => check.Name == CheckNames.Signature);
        async Task<Check> ByAsync(SignerStanding standing, string? name) =>
            Judged(await shop.VerifyRunAsync(shop.Scope with { Judge = (_, _) => new SignerOpinion(standing, name) }));
        var named = await ByAsync(SignerStanding.Trusted, "release");
        Assert.Equal((CheckOutcome.Passed, $"signed by release ({Key})"), (named.Outcome, named.Detail));
        var trusted = await ByAsync(SignerStanding.Trusted, null);
        Assert.Equal((CheckOutcome.Passed, $"signed by {Key}"), (trusted.Outcome, trusted.Detail));
        var unknown = await ByAsync(SignerStanding.Unknown, null);
        Assert.Equal((CheckOutcome.Passed, $"signed by {Key}, for which nobody here vouches"), (unknown.Outcome, unknown.Detail));
        var refused = await ByAsync(SignerStanding.Refused, null);
        Assert.Equal(
            (CheckOutcome.Failed, "untrusted_signer", $"signed by {Key}, which is none of the keys that may sign here"),
            (refused.Outcome, refused.Reason, refused.Detail)
        );
    }

    [Fact]
    public async Task The_judge_is_asked_with_the_key_in_lower_case_and_the_time_that_the_signature_claims()
    {
        var (shop, training) = await TrainedAsync();
        var asked = new List<(string Key, DateTimeOffset? At)>();
        await shop.VerifyRunAsync(
            shop.Scope with
            {
                Judge = (key, at) =>
                {
                    asked.Add((key, at));
                    return SignerOpinion.Unknown;
                },
            }
        );
        Assert.Contains((Key, DateTimeOffset.Parse((string)training.Envelope["signed_at"]!, null)), asked);
        Assert.All(asked, question => Assert.Equal(question.Key.ToLowerInvariant(), question.Key));
    }

    [Fact]
    public async Task A_record_in_MLflow_that_was_changed_is_compared_with_the_ledgers_member_by_member()
    {
        var (shop, training) = await TrainedAsync();
        var changed = training.Payload.DeepClone().AsObject();
        changed["params"]!["lr"] = "0.5";
        changed["added"] = true;
        var bytes = CanonicalJson.Canonicalize(changed);
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = bytes;
        var check = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Record);
        Assert.Equal(
            ("record_differs", $"ario/payload.json has the SHA-256 {RecordHash.Of(bytes)}, the envelope commits to {training.PayloadHash}"),
            (check.Reason, check.Detail)
        );
        Assert.Equal(
            new[] { new Difference("added", null, "true"), new Difference("params.lr", "0.01", "0.5") },
            check.Differences.AsEnumerable()
        );
    }

    [Fact]
    public async Task A_record_that_is_garbage_is_told_by_its_hash()
    {
        var (shop, training) = await TrainedAsync();
        var bytes = "not json"u8.ToArray();
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = bytes;
        var check = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Record);
        Assert.EndsWith("; it is no JSON object within the limits", check.Detail, StringComparison.Ordinal);
        Assert.Equal(
            new Difference("ario/payload.json", training.PayloadHash, RecordHash.Of(bytes), "SHA-256 of the file"),
            Assert.Single(check.Differences)
        );
    }

    [Fact]
    public async Task A_record_of_the_same_members_in_other_bytes_is_not_the_committed_one()
    {
        var (shop, training) = await TrainedAsync();
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = [.. training.Record.Span, (byte)'\n'];
        var check = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Record);
        Assert.Equal("record_differs", check.Reason);
        Assert.Empty(check.Differences);
    }

    [Fact]
    public async Task The_ledgers_own_copy_is_hashed_too()
    {
        var (shop, training) = await TrainedAsync();
        Replace(shop, training.EventId, entry => entry with { Record = "{}"u8.ToArray() });
        var check = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Record);
        Assert.Equal(
            ("record_differs", "the ledger's copy of the record does not have the hash that the envelope commits to"),
            (check.Reason, check.Detail)
        );
    }

    [Fact]
    public async Task A_record_that_is_nowhere_is_missing_and_what_needs_it_says_that_it_did_not_run()
    {
        var (shop, training) = await TrainedAsync();
        Replace(shop, training.EventId, entry => entry with { Record = null });
        shop.Artifacts.Files.Remove(ArioPaths.TrainingPayload);
        var verdict = await shop.VerifyRunAsync();
        var check = Workshop.Failed(verdict, CheckNames.Record);
        Assert.Equal(
            ("record_missing", "the record that the envelope commits to is neither in MLflow nor in a ledger at hand"),
            (check.Reason, check.Detail)
        );
        var rest = verdict.Checks.Where(other => other.Reason == "no_record").ToList();
        Assert.Equal([CheckNames.Identity, CheckNames.LiveRun, CheckNames.Artifacts, CheckNames.Lineage], rest.Select(other => other.Name));
        Assert.All(rest, other => Assert.True(other is { Outcome: CheckOutcome.NotRun, IsRequired: true }));
        Assert.Equal("there is no intact record to compare the envelope with", rest[0].Detail);
        Assert.All(rest.Skip(1), other => Assert.Equal("there is no intact record to compare with", other.Detail));
    }

    [Fact]
    public async Task A_record_that_is_no_object_has_its_hash_and_is_unreadable_all_the_same()
    {
        var shop = new Workshop();
        var training = (await shop.Recorder.PrepareTrainingAsync(Workshop.RunId, new TrainingOptions(), default)).Event;
        var bytes = "[1,2]"u8.ToArray();
        Store(shop, Resealed(training.Envelope, envelope => envelope["payload_hash"] = RecordHash.Of(bytes)), bytes);
        var check = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Record);
        Assert.Equal(
            ("record_unreadable", "the record has the committed hash, but is no JSON object within the limits"),
            (check.Reason, check.Detail)
        );
    }

    [Fact]
    public async Task Where_the_copies_are_is_told_with_a_record_that_passes()
    {
        var (shop, _) = await TrainedAsync();
        string Detail(Verdict verdict) => verdict.Checks.Single(check => check.Name == CheckNames.Record).Detail!;
        Assert.Equal("the record has the committed hash", Detail(await shop.VerifyRunAsync()));
        shop.Artifacts.Files.Remove(ArioPaths.TrainingPayload);
        shop.Artifacts.Files.Remove(ArioPaths.TrainingProof);
        var verdict = await shop.VerifyRunAsync();
        Workshop.Verified(verdict);
        Assert.Equal("the ledger's copy has the committed hash; MLflow holds none", Detail(verdict));
        Assert.Contains("MLflow holds no copy of the proof; the ledger's was used", verdict.Notes);
    }

    [Fact]
    public async Task An_envelope_that_differs_from_the_ledgers_is_told_with_the_entry_and_each_member()
    {
        var (shop, training) = await TrainedAsync();
        shop.Artifacts.Files[ArioPaths.TrainingProof] = Bytes(Changed(training.Envelope, "signed_at", "2020-01-01T00:00:00Z"));
        var check = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Ledger);
        Assert.Equal(
            ("envelope_differs", "ario/proof.json is not the envelope that stands at entry 1 of the ledger"),
            (check.Reason, check.Detail)
        );
        Assert.Equal(
            new Difference("signed_at", (string?)training.Envelope["signed_at"], "2020-01-01T00:00:00Z"),
            Assert.Single(check.Differences)
        );
        shop.Artifacts.Files[ArioPaths.TrainingProof] = "[]"u8.ToArray();
        check = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Ledger);
        Assert.Equal(
            ("proof_unreadable", "ario/proof.json is no JSON object within the limits; entry 1 of the ledger is the envelope"),
            (check.Reason, check.Detail)
        );
    }

    [Fact]
    public async Task Without_a_ledger_and_with_anothers_the_check_says_which_and_is_not_required()
    {
        var (shop, _) = await TrainedAsync();
        foreach (
            var (log, reason, detail) in new (MemoryEventLog?, string, string)[]
            {
                (null, "no_ledger", "no ledger is at hand"),
                (new MemoryEventLog(), "not_in_ledger", "this ledger holds no event about it; the proof was made elsewhere"),
            }
        )
        {
            var verdict = await shop.VerifyRunAsync(shop.Scope with { Log = log });
            Workshop.Verified(verdict);
            var check = verdict.Checks.Single(one => one.Name == CheckNames.Ledger);
            Assert.Equal((CheckOutcome.NotRun, reason, detail, false), (check.Outcome, check.Reason, check.Detail, check.IsRequired));
            Assert.EndsWith(", from MLflow", verdict.Checks[0].Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_proof_in_MLflow_that_is_no_training_of_a_run_that_nobody_anchored_is_named(string proof)
    {
        var shop = new Workshop();
        shop.Artifacts.Files[ArioPaths.TrainingProof] = Encoding.UTF8.GetBytes(proof);
        var check = Assert.Single((await shop.VerifyRunAsync()).Checks);
        Assert.Equal(
            (CheckOutcome.Failed, "proof_unreadable", $"ario/proof.json is no envelope of the run {Workshop.RunId}"),
            (check.Outcome, check.Reason, check.Detail)
        );
    }

    [Fact]
    public async Task What_nobody_anchored_is_said_to_be_so()
    {
        var check = Assert.Single((await new Workshop().VerifyRunAsync()).Checks);
        Assert.Equal(("not_anchored", $"the run {Workshop.RunId} is not anchored: no envelope speaks of it"), (check.Reason, check.Detail));
    }

    private static async Task<(Workshop Shop, PreparedEvent Training)> TrainedAsync()
    {
        var shop = new Workshop();
        return (shop, (await shop.TrainAsync()).Training.Event);
    }

    // As MLflow alone holds it: no ledger says what the envelope was.
    private static async Task<Check> CheckAsync(Workshop shop, JsonObject envelope, string name)
    {
        shop.Artifacts.Files[ArioPaths.TrainingProof] = Bytes(envelope);
        var verdict = await shop.VerifyRunAsync(shop.Scope with { Log = null });
        return verdict.Checks.SingleOrDefault(check => check.Name == name) ?? throw new InvalidOperationException(Workshop.Show(verdict));
    }

    private static void Store(Workshop shop, JsonObject envelope, byte[] record)
    {
        shop.Artifacts.Files[ArioPaths.TrainingProof] = Bytes(envelope);
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = record;
    }

    private static void Replace(Workshop shop, string eventId, Func<LoggedEntry, LoggedEntry> change)
    {
        var at = shop.Log.Entries.FindIndex(entry => entry.EventId == eventId);
        shop.Log.Entries[at] = change(shop.Log.Entries[at]);
    }

    private static JsonObject Changed(JsonObject envelope, string member, JsonNode? value)
    {
        var changed = envelope.DeepClone().AsObject();
        changed[member] = value;
        return changed;
    }

    private static JsonObject Resealed(JsonObject envelope, Action<JsonObject> change)
    {
        var draft = envelope.DeepClone().AsObject();
        draft.Remove("signature");
        draft.Remove("public_key");
        change(draft);
        return JsonNode.Parse(EnvelopeSealer.Seal(draft, TestSigner.First).Bytes.Span)!.AsObject();
    }

    private static byte[] Bytes(JsonObject envelope) => Encoding.UTF8.GetBytes(envelope.ToJsonString());
}
