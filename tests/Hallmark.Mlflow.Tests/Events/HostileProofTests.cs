using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Verification;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Whoever can write to a run's artifacts can put any JSON in the place of a proof: it leads nobody astray and ends nothing but its own check.</summary>
public sealed class HostileProofTests
{
    public static TheoryData<string> Odd =>
        [
            "{}",
            "[]",
            "null",
            "7",
            "",
            "{\"event_type\":7}",
            "{\"event_type\":{},\"subject\":[]}",
            "{\"event_type\":null,\"subject\":null}",
            "{\"event_type\":\"training_complete\",\"subject\":\"run\"}",
            "{\"event_type\":\"training_complete\",\"subject\":{\"run_id\":7},\"event_id\":7,\"payload_hash\":{}}",
            "{\"event_type\":\"training_complete\",\"subject\":{\"run_id\":\"3f0c1d2e4b5a69788796a5b4c3d2e1f0\"},\"event_id\":[],\"payload_hash\":7}",
            "{\"event_type\":\"training_complete\",\"event_type\":\"training_complete\"}",
            "{\"event_id\":\"../../etc/passwd\",\"event_type\":\"training_complete\",\"subject\":{\"run_id\":\"3f0c1d2e4b5a69788796a5b4c3d2e1f0\"}}",
        ];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task A_version_is_registered_past_any_such_proof_of_its_training(string proof)
    {
        var shop = new Workshop();
        shop.Artifacts.Files[ArioPaths.TrainingProof] = Encoding.UTF8.GetBytes(proof);
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = Encoding.UTF8.GetBytes(proof);
        var recorded = await shop.RegisterAsync();
        Assert.Null(HallmarkMember.Of(recorded.Event.Payload)![HallmarkMember.Previous]);
        Assert.Null(recorded.Facts.ArtifactVerified);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task A_promotion_is_recorded_past_any_such_proof_of_its_registration(string proof)
    {
        var shop = new Workshop();
        await shop.Store.CreateRegisteredModelAsync("scorer", default);
        await shop.Store.CreateModelVersionAsync("scorer", Workshop.Source, Workshop.RunId, default);
        shop.Artifacts.Files[ArioPaths.RegistrationProof] = Encoding.UTF8.GetBytes(proof);
        shop.Artifacts.Files[ArioPaths.RegistrationPayload] = Encoding.UTF8.GetBytes(proof);
        var recorded = await shop.Recorder.TransitionStageAsync("scorer", "1", "Staging", false, new RecordOptions(), default);
        Assert.Null(HallmarkMember.Of(Assert.Single(recorded).Event.Payload)![HallmarkMember.Previous]);
        var alias = await shop.Recorder.SetAliasAsync("scorer", "champion", "1", new RecordOptions(), default);
        Assert.Equal("GENESIS", (string?)alias.Event.Envelope["previous_hash"]);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task A_verdict_over_any_such_proof_is_no_pass_and_no_crash(string proof)
    {
        foreach (var path in new[] { ArioPaths.TrainingProof, ArioPaths.RegistrationProof, "ario/registrations/x/proof.json" })
        {
            foreach (var hasLedger in new[] { true, false })
            {
                var shop = new Workshop();
                await shop.Store.CreateRegisteredModelAsync("scorer", default);
                await shop.Store.CreateModelVersionAsync("scorer", Workshop.Source, Workshop.RunId, default);
                shop.Artifacts.Files[path] = Encoding.UTF8.GetBytes(proof);
                shop.Artifacts.Files[path.Replace("proof", "payload", StringComparison.Ordinal)] = Encoding.UTF8.GetBytes(proof);
                var scope = shop.Scope with { Log = hasLedger ? shop.Log : null };
                Assert.Equal(1, (await shop.VerifyRunAsync(scope)).ExitCode);
                Assert.Equal(1, (await shop.VerifyVersionAsync(scope: scope)).ExitCode);
                Assert.Equal(1, (await new ModelAuditor(scope, shop.Clock).AuditAsync("scorer", "1", default)).ExitCode);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Work_that_was_put_off_is_done_over_any_such_proof(string proof)
    {
        var shop = new Workshop();
        var recorded = await shop.Recorder.RecordTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        shop.Artifacts.Files[ArioPaths.TrainingProof] = Encoding.UTF8.GetBytes(proof);
        await shop.DrainAsync();
        Assert.Empty(shop.Log.Outbox);
        Assert.Equal(recorded.Training.Event.PayloadHash, shop.Store.Runs[Workshop.RunId].Tags[ArioTags.PayloadHash]);
        Workshop.Verified(await shop.VerifyRunAsync());
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[\"a\"]")]
    public async Task A_recorded_checksum_that_is_no_text_is_no_checksum_of_a_file_that_is_not_there(string checksum)
    {
        var shop = new Workshop();
        shop.Artifacts.Files.Clear();
        var training = await shop.Recorder.PrepareTrainingAsync(Workshop.RunId, new TrainingOptions(), default);
        var payload = training.Event.Payload.DeepClone().AsObject();
        payload["artifact_checksums"] = new JsonObject { ["model.pkl"] = JsonNode.Parse(checksum) };
        var record = CanonicalJson.Canonicalize(payload);
        var draft = training.Event.Envelope.DeepClone().AsObject();
        draft.Remove("signature");
        draft.Remove("public_key");
        draft["payload_hash"] = RecordHash.Of(record);
        shop.Artifacts.Files[ArioPaths.TrainingPayload] = record;
        shop.Artifacts.Files[ArioPaths.TrainingProof] = Core.Envelopes.EnvelopeSealer.Seal(draft, TestSigner.First).Bytes.ToArray();
        var check = Workshop.Failed(await shop.VerifyRunAsync(), CheckNames.Artifacts);
        Assert.Equal(new Difference("model/model.pkl", checksum, null, "removed"), Assert.Single(check.Differences));
    }
}
