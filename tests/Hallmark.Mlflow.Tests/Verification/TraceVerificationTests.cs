using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>A trace's verdict: both forms of a prediction, every way to alter trace and files, and what MLflow itself cuts or prunes.</summary>
public sealed class TraceVerificationTests
{
    public static TheoryData<bool, bool> Forms =>
        new()
        {
            { false, true },
            { false, false },
            { true, true },
            { true, false },
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_prediction_verifies_from_the_ledger_and_from_mlflow_alone(bool isBatched, bool withLedger)
    {
        var scene = await SceneAsync(isBatched);
        var verdict = await scene.VerifyAsync(withLedger);
        Workshop.Verified(verdict);
        Assert.Equal(0, verdict.ExitCode);
        Assert.Equal(6, verdict.Checks.Length);
        Assert.Contains(isBatched ? "batched" : "direct", verdict.Checks[0].Detail, StringComparison.Ordinal);
        Assert.Contains(withLedger ? "from the ledger" : "from MLflow", verdict.Checks[0].Detail, StringComparison.Ordinal);
    }

    // Peer faults, severity A: check 3 of the original overlays the tag over the file, so that a tag emptied or robbed of members passes.
    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_payload_tag_that_was_emptied_robbed_or_overlaid_does_not_pass(bool isBatched, bool withLedger)
    {
        var scene = await SceneAsync(isBatched);
        var whole = JsonNode.Parse(scene.TagOf(ArioTags.PayloadJson)!)!.AsObject();
        foreach (var name in whole.Select(member => member.Key).ToList())
        {
            var robbed = (JsonObject)whole.DeepClone();
            robbed.Remove(name);
            scene.Tag(ArioTags.PayloadJson, robbed.ToJsonString());
            Failed(await scene.VerifyAsync(withLedger), ArioTags.PayloadJson + "." + name);
            robbed[name] = "other";
            scene.Tag(ArioTags.PayloadJson, robbed.ToJsonString());
            Failed(await scene.VerifyAsync(withLedger), ArioTags.PayloadJson + "." + name);
        }

        var added = (JsonObject)whole.DeepClone();
        added["approved_by"] = "nobody";
        foreach (var text in new[] { "{}", "", "null", "[]", "no JSON", added.ToJsonString(), new string(' ', 300) })
        {
            scene.Tag(ArioTags.PayloadJson, text);
            Failed(await scene.VerifyAsync(withLedger), ArioTags.PayloadJson);
        }
    }

    [Fact]
    public async Task The_same_record_in_another_spelling_is_the_same_record()
    {
        var scene = await TraceScene.DirectAsync();
        scene.Tag(ArioTags.PayloadJson, JsonNode.Parse(scene.TagOf(ArioTags.PayloadJson)!)!.ToJsonString(new() { WriteIndented = true }));
        Workshop.Verified(await scene.VerifyAsync());
    }

    [Theory]
    [InlineData(ArioTags.ModelName)]
    [InlineData(ArioTags.ModelVersion)]
    [InlineData(ArioTags.InputHash)]
    [InlineData(ArioTags.OutputHash)]
    [InlineData(ArioTags.PayloadHash)]
    [InlineData(ArioTags.ArtifactVerified)]
    public async Task Every_tag_that_repeats_the_record_is_compared_and_its_absence_is_none_of_ours(string tag)
    {
        var scene = await TraceScene.DirectAsync();
        scene.Tag(tag, "other");
        Failed(await scene.VerifyAsync(), tag);
        scene.Tag(tag, null);
        Workshop.Verified(await scene.VerifyAsync());
    }

    [Fact]
    public async Task A_tag_that_mlflow_2_14_cut_leaves_the_rest_verified_and_says_that_it_was_cut()
    {
        var scene = await TraceScene.DirectAsync();
        scene.Tag(ArioTags.PayloadJson, scene.TagOf(ArioTags.PayloadJson)![..250]);
        var verdict = await scene.VerifyAsync();
        Workshop.Verified(verdict);
        var check = verdict.Checks.Single(check => check.Name == CheckNames.LiveTrace);
        Assert.Equal((CheckOutcome.NotRun, "live_refetch_incomplete"), (check.Outcome, check.Reason));
        Assert.Contains("cut the tag ario.payload_json at 250 characters", check.Detail, StringComparison.Ordinal);

        // Without the hash in its own tag, nothing stands for what was cut off.
        scene.Tag(ArioTags.PayloadHash, null);
        Assert.Equal(3, (await scene.VerifyAsync()).ExitCode);
    }

    [Fact]
    public async Task A_text_shorter_than_any_mlflow_cuts_or_with_another_beginning_is_no_cut()
    {
        var scene = await TraceScene.DirectAsync();
        var whole = scene.TagOf(ArioTags.PayloadJson)!;
        scene.Tag(ArioTags.PayloadJson, whole[..249]);
        Failed(await scene.VerifyAsync(), ArioTags.PayloadJson);
        scene.Tag(ArioTags.PayloadJson, "{\"a\":1," + whole[1..300]);
        Failed(await scene.VerifyAsync(), ArioTags.PayloadJson);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trace_that_was_pruned_is_verified_as_far_as_can_be_and_ends_with_exit_code_3(bool isBatched)
    {
        var scene = await SceneAsync(isBatched);
        scene.Store.Traces.Remove(TraceScene.TraceId);
        var unknown = await Assert.ThrowsAsync<MlflowNotFoundException>(() => scene.VerifyAsync());
        Assert.EndsWith($"hallmark verify trace {TraceScene.TraceId} --decision DECISION_ID", unknown.Hints[0], StringComparison.Ordinal);
        Assert.Contains("Hallmark-Decision-Id", unknown.Hints[1], StringComparison.Ordinal);
        Assert.Contains("hallmark ledger export | jq ", unknown.Hints[2], StringComparison.Ordinal);
        Assert.Contains($"contains(\"{TraceScene.TraceId}\")", unknown.Hints[2], StringComparison.Ordinal);

        var verdict = await scene.VerifyAsync(decisionId: TraceScene.DecisionId);
        Assert.Equal(3, verdict.ExitCode);
        Assert.Equal(
            [(CheckNames.LiveTrace, "live_refetch_incomplete")],
            verdict.Checks.Where(check => check.Outcome is not CheckOutcome.Passed).Select(check => (check.Name, check.Reason!))
        );
    }

    [Fact]
    public async Task A_trace_id_that_a_shell_would_read_as_more_than_a_word_is_in_no_hint()
    {
        var scope = (await TraceScene.DirectAsync()).Workshop.Scope;
        var unknown = await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            new TraceVerifier(scope).VerifyAsync("tr-'$(id)'", null, default)
        );
        Assert.All(unknown.Hints, hint => Assert.DoesNotContain("$(", hint, StringComparison.Ordinal));
        Assert.Contains("hallmark verify trace TRACE_ID --decision", unknown.Hints[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_tag_that_is_not_there_decides_nothing()
    {
        var scene = await TraceScene.DirectAsync();
        scene.Tag(ArioTags.PayloadJson, null);
        var verdict = await scene.VerifyAsync();
        Assert.Equal(3, verdict.ExitCode);
        Assert.Equal("live_refetch_incomplete", verdict.Checks.Single(check => check.Name == CheckNames.LiveTrace).Reason);
        scene.Tag(ArioTags.InputHash, new string('f', 64));
        Failed(await scene.VerifyAsync(), ArioTags.InputHash);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_stored_record_that_was_changed_is_named(bool isBatched, bool withLedger)
    {
        var scene = await SceneAsync(isBatched);
        var path = $"ario/predictions/{TraceScene.DecisionId}/{(isBatched ? "record" : "payload")}.json";
        scene.Files[path][40] ^= 1;
        Assert.Equal("record_differs", Workshop.Failed(await scene.VerifyAsync(withLedger), CheckNames.Record).Reason);
        scene.Files.Remove(path);
        var verdict = await scene.VerifyAsync(withLedger);
        Assert.Equal(withLedger ? 0 : 1, verdict.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task An_envelope_that_was_changed_or_replaced_is_named(bool isBatched, bool withLedger)
    {
        var scene = await SceneAsync(isBatched);
        var path = $"ario/predictions/{TraceScene.DecisionId}/proof.json";
        var envelope = JsonNode.Parse(scene.Files[path])!;
        envelope["signed_at"] = "2026-01-01T00:00:00.000Z";
        scene.Files[path] = System.Text.Encoding.UTF8.GetBytes(envelope.ToJsonString());
        _ = Workshop.Failed(await scene.VerifyAsync(withLedger), withLedger ? CheckNames.Ledger : CheckNames.Signature);
    }

    [Fact]
    public async Task A_batched_record_that_carries_another_prediction_than_it_commits_to_does_not_pass()
    {
        var other = PredictionPayload.Build(
            TraceScene.Facts() with
            {
                OutputHash = new string('3', 64),
            },
            new RecordOptions { MlflowTraceId = TraceScene.TraceId }
        );
        var verdict = await (await TraceScene.BatchedAsync(other)).VerifyAsync();
        Assert.Contains(Workshop.Failed(verdict, CheckNames.Identity).Differences, one => one.What == "event.content_hash");
    }

    [Fact]
    public async Task Another_predictions_decision_id_does_not_make_this_trace_that_predictions()
    {
        var scene = await TraceScene.DirectAsync();
        scene.Store.Traces["tr-other"] = scene.Store.Traces[TraceScene.TraceId] with { TraceId = "tr-other" };
        var verdict = await scene.VerifyAsync(traceId: "tr-other");
        Assert.Contains(Workshop.Failed(verdict, CheckNames.Identity).Differences, one => one.What == "mlflow_trace_id");
    }

    [Fact]
    public async Task A_trace_without_a_prediction_is_not_anchored_and_one_that_lost_the_tag_is_found_by_its_record()
    {
        var scene = await TraceScene.DirectAsync();
        scene.Tag(ArioTags.DecisionId, null);
        Workshop.Verified(await scene.VerifyAsync());
        scene.Tag(ArioTags.PayloadJson, null);
        Assert.Equal("not_anchored", Workshop.Failed(await scene.VerifyAsync(), CheckNames.ProofFound).Reason);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("a/b")]
    [InlineData("..")]
    public async Task A_decision_id_that_would_lead_out_of_its_folder_is_refused(string id)
    {
        var scene = await TraceScene.DirectAsync();
        scene.Tag(ArioTags.DecisionId, id);
        await Assert.ThrowsAsync<BadInputException>(() => scene.VerifyAsync());
    }

    [Fact]
    public async Task A_store_that_does_not_answer_leaves_the_verdict_open()
    {
        var scene = await TraceScene.DirectAsync();
        scene.Store.Outage = true;
        Assert.Equal(3, (await scene.VerifyAsync()).ExitCode);
    }

    [Fact]
    public async Task A_signer_that_is_refused_fails_the_verdict()
    {
        var scene = await TraceScene.DirectAsync();
        var scope = scene.Workshop.Scope with { Judge = (_, _) => new SignerOpinion(SignerStanding.Refused, null) };
        var verdict = await new TraceVerifier(scope).VerifyAsync(TraceScene.TraceId, null, default);
        Assert.Equal("untrusted_signer", Workshop.Failed(verdict, CheckNames.Signature).Reason);
    }

    private static Task<TraceScene> SceneAsync(bool isBatched) => isBatched ? TraceScene.BatchedAsync() : TraceScene.DirectAsync();

    private static void Failed(Verdict verdict, string what) =>
        Assert.Contains(
            Workshop.Failed(verdict, CheckNames.LiveTrace).Differences,
            one => one.What.StartsWith(what, StringComparison.Ordinal)
        );
}
