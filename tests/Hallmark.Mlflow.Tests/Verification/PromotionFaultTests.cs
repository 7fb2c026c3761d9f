using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Signatures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Stage transitions and alias changes that were forged, moved, emptied or cut loose: the audit says which of them, and what is wrong with it.</summary>
public sealed class PromotionFaultTests
{
    [Fact]
    public async Task Promotions_that_only_MLflow_holds_are_verified_from_there_in_the_order_in_which_they_were_signed()
    {
        var (shop, _, _) = await PromotedAsync();
        var audit = await AuditAsync(shop.Scope with { Log = null }, shop);
        Assert.Equal(["stage transition of scorer/1", "alias change of scorer/1"], audit.Promotions.Select(verdict => verdict.Subject));
        foreach (var verdict in audit.Promotions)
        {
            Workshop.Verified(verdict);
            var lineage = verdict.Checks.Single(check => check.Name == CheckNames.Lineage);
            Assert.Equal((CheckOutcome.NotRun, "not_in_ledger", false), (lineage.Outcome, lineage.Reason, lineage.IsRequired));
        }
    }

    [Fact]
    public async Task Promotions_of_other_versions_among_the_same_files_are_not_this_versions()
    {
        var (shop, _, _) = await PromotedAsync();
        await shop.RegisterAsync();
        await shop.Recorder.TransitionStageAsync("scorer", "2", "Staging", false, new RecordOptions(), default);
        await shop.DrainAsync();
        shop.Artifacts.Files["ario/promotions/proof.json"] = "{}"u8.ToArray();
        shop.Artifacts.Files["ario/promotions/not/deep/proof.json"] = "{}"u8.ToArray();
        shop.Artifacts.Files["ario/promotions/garbage/proof.json"] = [0xff];
        foreach (var scope in new[] { shop.Scope, shop.Scope with { Log = null } })
        {
            Assert.Equal(2, (await AuditAsync(scope, shop)).Promotions.Length);
            Assert.Equal(
                ["stage transition of scorer/2"],
                (await new ModelAuditor(scope, shop.Clock).AuditAsync("scorer", "2", default)).Promotions.Select(verdict => verdict.Subject)
            );
        }
    }

    [Fact]
    public async Task A_promotion_of_a_version_whose_registration_nobody_recorded_follows_nothing()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.Store.CreateRegisteredModelAsync("scorer", default);
        await shop.Store.CreateModelVersionAsync("scorer", Workshop.Source, Workshop.RunId, default);
        await shop.Recorder.TransitionStageAsync("scorer", "1", "Staging", false, new RecordOptions(), default);
        await shop.DrainAsync();
        var lineage = Workshop.Failed(Assert.Single((await shop.AuditAsync()).Promotions), CheckNames.Lineage);
        Assert.Equal("no_registration_proof", lineage.Reason);
    }

    [Fact]
    public async Task A_promotion_that_follows_another_versions_registration_is_told_whose()
    {
        var (shop, stage, _) = await PromotedAsync();
        var second = await shop.RegisterAsync();
        Replace(shop, stage, payload => payload["hallmark"]!["previous"] = LinkTo(second.Event));
        var lineage = Workshop.Failed(await StageVerdictAsync(shop), CheckNames.Lineage);
        Assert.Contains(
            new Difference("registration", "scorer/1", "scorer/2", "the promotion follows another version's registration"),
            lineage.Differences
        );
    }

    [Fact]
    public async Task A_promotion_that_follows_an_event_of_another_kind_is_told_which()
    {
        var (shop, stage, _) = await PromotedAsync();
        var training = shop.Log.Entries.Single(entry => entry.EventType == EventTypes.Training);
        Replace(
            shop,
            stage,
            payload =>
                payload["hallmark"]!["previous"] = new JsonObject
                {
                    ["event_id"] = training.EventId,
                    ["payload_hash"] = training.PayloadHash,
                }
        );
        var difference = Assert.Single(Workshop.Failed(await StageVerdictAsync(shop), CheckNames.Lineage).Differences);
        Assert.Equal("the ledger's event is another one", difference.Note);
        Assert.Equal($"{EventTypes.Training} {training.PayloadHash}", difference.Found);
    }

    [Theory]
    [InlineData("{\"event_id\":\"00000000-0000-4000-8000-ffffffffffff\",\"payload_hash\":\"00\"}")]
    [InlineData("{\"payload_hash\":\"00\"}")]
    [InlineData("{\"event_id\":7}")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public async Task A_link_that_leads_nowhere_is_a_broken_chain_and_no_exception(string link)
    {
        var (shop, stage, _) = await PromotedAsync();
        Replace(shop, stage, payload => payload["hallmark"]!["previous"] = JsonNode.Parse(link));
        var difference = Assert.Single(Workshop.Failed(await StageVerdictAsync(shop), CheckNames.Lineage).Differences);
        Assert.Equal("the ledger does not hold this event", difference.Note);
    }

    [Fact]
    public async Task A_registration_whose_record_the_ledger_lost_or_changed_breaks_the_chain_of_its_promotions()
    {
        foreach (var damaged in new ReadOnlyMemory<byte>?[] { null, "{}"u8.ToArray(), "garbage"u8.ToArray() })
        {
            var (shop, _, _) = await PromotedAsync();
            var at = shop.Log.Entries.FindIndex(entry => entry.EventType == EventTypes.Registration);
            shop.Log.Entries[at] = shop.Log.Entries[at] with { Record = damaged };
            var difference = Assert.Single(Workshop.Failed(await StageVerdictAsync(shop), CheckNames.Lineage).Differences);
            Assert.Equal("the ledger's record of this event is missing or changed", difference.Note);
        }
    }

    [Fact]
    public async Task A_promotion_behind_which_somebody_signed_who_may_not_is_refused()
    {
        var shop = new Workshop { Signer = TestSigner.Second };
        await shop.TrainAsync();
        await shop.RegisterAsync();
        shop.Signer = TestSigner.First;
        await shop.Recorder.TransitionStageAsync("scorer", "1", "Staging", false, new RecordOptions(), default);
        await shop.DrainAsync();
        var scope = shop.Scope with
        {
            Judge = (key, _) =>
                new SignerOpinion(key == TestSigner.First.PublicKey.Hex ? SignerStanding.Trusted : SignerStanding.Refused, "release"),
        };
        var verdict = Assert.Single((await AuditAsync(scope, shop)).Promotions);
        Assert.Equal(CheckOutcome.Passed, verdict.Checks.Single(check => check.Name == CheckNames.Signature).Outcome);
        var difference = Assert.Single(Workshop.Failed(verdict, CheckNames.Lineage).Differences);
        Assert.Equal(("a good signature", "untrusted_signer"), (difference.Anchored, difference.Found));
    }

    [Fact]
    public async Task A_promotion_whose_envelope_names_another_version_than_its_record_is_refused()
    {
        var (shop, stage, _) = await PromotedAsync();
        Replace(
            shop,
            stage,
            _ => { },
            subject => subject["version"] = subject["version"]!.GetValueKind() is JsonValueKind.Number ? 2 : "2"
        );
        Assert.Contains(
            Workshop.Failed(await StageVerdictAsync(shop), CheckNames.Identity).Differences,
            difference => difference.What == "version"
        );
    }

    [Theory]
    [InlineData("payload.json", CheckNames.Record, "record_differs")]
    [InlineData("proof.json", CheckNames.Ledger, "envelope_differs")]
    public async Task A_promotions_file_that_was_changed_in_MLflow_is_named(string file, string check, string reason)
    {
        var (shop, stage, _) = await PromotedAsync();
        var path = ArioPaths.OfPromotion(stage.EventId, file);
        var text = System.Text.Encoding.UTF8.GetString(shop.Artifacts.Files[path]);
        shop.Artifacts.Files[path] = System.Text.Encoding.UTF8.GetBytes("{\"added\":1," + text[1..]);
        var failed = Workshop.Failed(await StageVerdictAsync(shop), check);
        Assert.Equal(reason, failed.Reason);
        Assert.Contains(path, failed.Detail, StringComparison.Ordinal);
        Assert.Contains(failed.Differences, difference => difference.What == "added");
    }

    [Fact]
    public async Task A_promotions_proof_that_is_garbage_in_MLflow_is_named_and_one_that_is_gone_is_the_ledgers()
    {
        var (shop, stage, _) = await PromotedAsync();
        var path = ArioPaths.OfPromotion(stage.EventId, "proof.json");
        foreach (var garbage in new[] { "", "[]", "{", "{\"a\":1,\"a\":2}", new string('[', 500) })
        {
            shop.Artifacts.Files[path] = System.Text.Encoding.UTF8.GetBytes(garbage);
            Assert.Equal("proof_unreadable", Workshop.Failed(await StageVerdictAsync(shop), CheckNames.Ledger).Reason);
        }

        shop.Artifacts.Files.Remove(path);
        shop.Artifacts.Files.Remove(ArioPaths.OfPromotion(stage.EventId, "payload.json"));
        Workshop.Verified(await StageVerdictAsync(shop));
    }

    [Fact]
    public async Task A_promotion_whose_record_nobody_has_any_more_fails_and_its_other_checks_say_that_they_did_not_run()
    {
        var (shop, stage, _) = await PromotedAsync();
        var at = shop.Log.Entries.FindIndex(entry => entry.EventId == stage.EventId);
        shop.Log.Entries[at] = shop.Log.Entries[at] with { Record = null };
        shop.Artifacts.Files.Remove(ArioPaths.OfPromotion(stage.EventId, "payload.json"));
        var verdict = await StageVerdictAsync(shop);
        Assert.Equal("record_missing", Workshop.Failed(verdict, CheckNames.Record).Reason);
        foreach (var name in new[] { CheckNames.Identity, CheckNames.Lineage })
        {
            var check = verdict.Checks.Single(candidate => candidate.Name == name);
            Assert.Equal((CheckOutcome.NotRun, true), (check.Outcome, check.IsRequired));
        }
    }

    private static async Task<(Workshop Shop, PreparedEvent Stage, PreparedEvent Alias)> PromotedAsync()
    {
        var shop = new Workshop();
        await shop.TrainAsync();
        await shop.RegisterAsync();
        var stage = await shop.Recorder.TransitionStageAsync("scorer", "1", "Staging", false, new RecordOptions(), default);
        var alias = await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        await shop.DrainAsync();
        return (shop, stage[0].Event, alias.Event);
    }

    private static Task<ModelAudit> AuditAsync(VerificationScope scope, Workshop shop) =>
        new ModelAuditor(scope, shop.Clock).AuditAsync("scorer", "1", default);

    private static async Task<Verdict> StageVerdictAsync(Workshop shop) =>
        (await shop.AuditAsync()).Promotions.Single(verdict => verdict.Subject.StartsWith("stage transition", StringComparison.Ordinal));

    private static JsonObject LinkTo(PreparedEvent made) => new() { ["event_id"] = made.EventId, ["payload_hash"] = made.PayloadHash };

    /// <summary>Exchanges an event everywhere, well signed: what only somebody with the key could do.</summary>
    private static void Replace(
        Workshop shop,
        PreparedEvent old,
        Action<JsonObject> editRecord,
        Action<JsonObject>? editSubject = null,
        ISigner? signer = null
    )
    {
        var payload = old.Payload.DeepClone().AsObject();
        editRecord(payload);
        var subject = old.Envelope["subject"]!.DeepClone().AsObject();
        editSubject?.Invoke(subject);
        var made = new EventSealing(signer ?? TestSigner.First, shop.Clock, shop.Clock).Seal(
            new EventDraft
            {
                EventId = old.EventId,
                Payload = payload,
                Subject = subject,
                SubjectKey = old.SubjectKey,
                PreviousHash = old.PreviousHash,
                Profile = (string)old.Envelope["spec_version"]!,
            }
        );
        var at = shop.Log.Entries.FindIndex(entry => entry.EventId == old.EventId);
        shop.Log.Entries[at] = shop.Log.Entries[at] with
        {
            Envelope = made.EnvelopeBytes,
            Record = made.Record,
            PayloadHash = made.PayloadHash,
        };
        shop.Artifacts.Files[ArioPaths.OfPromotion(old.EventId, "proof.json")] = made.EnvelopeBytes.ToArray();
        shop.Artifacts.Files[ArioPaths.OfPromotion(old.EventId, "payload.json")] = made.Record.ToArray();
    }
}
