using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Traces as three real MLflow servers kept them after the original's predictions (mlflow-live.json): theirs verify with ours, also those of 2.14, whose tags are cut.</summary>
public sealed class LiveTraceVectorTests
{
    private static readonly JsonNode File = Vectors.Load("mlflow-live");

    public static TheoryData<string> Cases =>
        [.. File["cases"]!.AsArray().Where(one => (string)one!["kind"]! == "prediction").Select(one => (string)one!["id"]!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_prediction_of_the_original_verifies_from_what_its_server_keeps(string id)
    {
        var (store, traceId, envelope) = Load(id);
        var verdict = await new TraceVerifier(new VerificationScope { Store = store }).VerifyAsync(traceId, null, default);
        Workshop.Verified(verdict);
        var live = verdict.Checks.Single(check => check.Name == CheckNames.LiveTrace);
        Assert.Equal(id.StartsWith("2.14", StringComparison.Ordinal) ? CheckOutcome.NotRun : CheckOutcome.Passed, live.Outcome);
        Assert.Equal((string)envelope["subject"]!["trace_id"]!, traceId);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_same_with_one_character_of_the_traces_record_changed_does_not(string id)
    {
        var (store, traceId, _) = Load(id);
        var text = store.Traces[traceId].Tags["ario.payload_json"];
        var changed = text.Replace("\"input_hash\":\"", "\"input_hash\":\"x", StringComparison.Ordinal)[..text.Length];
        var tags = new Dictionary<string, string>(store.Traces[traceId].Tags) { ["ario.payload_json"] = changed };
        store.Traces[traceId] = store.Traces[traceId] with { Tags = tags };
        var verdict = await new TraceVerifier(new VerificationScope { Store = store }).VerifyAsync(traceId, null, default);
        _ = Workshop.Failed(verdict, CheckNames.LiveTrace);
    }

    private static (MemoryMlflowStore Store, string TraceId, JsonNode Envelope) Load(string id)
    {
        var vector = Vectors.Case(File, id);
        var expect = vector["expect"]!;
        var store = LiveState.Build(vector["given"]!);
        var version = vector["given"]!["model_version"]!["body"]!["model_version"]!;
        LiveState.AddVersion(store, version);
        var runId = (string)expect["envelope"]!["subject"]!["model_run_id"]!;
        store.Runs[runId] = new MlflowRun
        {
            RunId = runId,
            ExperimentId = "1",
            Status = "FINISHED",
            ArtifactUri = "memory:/" + runId,
        };
        var folder = $"ario/predictions/{expect["decision_id"]}/";
        store.ArtifactsOf(runId).Files[folder + "payload.json"] = Encoding.UTF8.GetBytes((string)expect["payload_canonical"]!);
        store.ArtifactsOf(runId).Files[folder + "proof.json"] = Encoding.UTF8.GetBytes(expect["envelope"]!.ToJsonString());
        var body = expect["trace_after"]!["body"]!;
        var info = body["trace"]?["trace_info"] ?? body["trace_info"]!;
        var traceId = (string)(info["trace_id"] ?? info["request_id"])!;
        var tags = info["tags"] is JsonArray pairs ? LiveState.Pairs(pairs) : ScriptedState.Texts(info["tags"]);
        store.Traces[traceId] = new Trace(traceId, "1", 0, null, "OK", tags, new Dictionary<string, string>());
        return (store, traceId, expect["envelope"]!);
    }
}
