using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>A prediction in either form with its trace, its files and its place in a ledger, and ways to change each.</summary>
internal sealed class TraceScene
{
    public const string TraceId = "tr-87cf50d0b3055a76c45d07666d37fd8b";
    public const string DecisionId = "6c8d58de-de0a-4d9e-8aa7-9456efc14a6f";

    public Workshop Workshop { get; } = new();

    public MemoryMlflowStore Store => Workshop.Store;

    public IDictionary<string, byte[]> Files => Workshop.Artifacts.Files;

    public static PredictionFacts Facts(string decisionId = DecisionId) =>
        new()
        {
            DecisionId = decisionId,
            ModelName = "scorer",
            ModelVersion = "1",
            RunId = Workshop.RunId,
            ModelUri = "models:/scorer/1",
            InputHash = new string('1', 64),
            OutputHash = new string('2', 64),
            LatencyInMilliseconds = 0.31,
            ArtifactVerified = true,
        };

    public static async Task<TraceScene> DirectAsync(string traceId = TraceId, JsonObject? metadata = null)
    {
        var scene = new TraceScene();
        scene.AddTrace(traceId);
        var prepared = new PredictionPreparation(scene.Workshop.Signer, scene.Workshop.Clock, scene.Workshop.Clock).Prepare(
            Facts(),
            "TX",
            new RecordOptions { MlflowTraceId = traceId, Metadata = metadata },
            DecisionId
        );
        var steps = WriteBackPlans.ForPrediction(prepared, Facts(), traceId, uploads: false);
        await scene.Workshop.Log.AppendAsync(
            prepared.ToSubmission([new WriteBackWork(scene.Store.TrackingUri, prepared.EventId, steps).ToOutbox()]),
            default
        );
        await scene.Workshop.DrainAsync();
        return scene;
    }

    /// <summary>As <c>PredictionRecord</c> writes it; with another payload in the record than it commits to, where one is given.</summary>
    public static async Task<TraceScene> BatchedAsync(JsonObject? otherPayload = null)
    {
        var scene = new TraceScene();
        scene.AddTrace(TraceId);
        var payload = PredictionPayload.Canonicalize(Facts(), new RecordOptions { MlflowTraceId = TraceId });
        var record = new JsonObject
        {
            ["context"] = new JsonObject(),
            ["event"] = new JsonObject
            {
                ["content_hash"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(payload)),
                ["content_length"] = payload.Length,
            },
            ["event_type"] = "mlflow.prediction",
            ["extras"] = new JsonObject(),
            ["metadata"] = new JsonObject { ["prediction"] = otherPayload ?? JsonNode.Parse(payload) },
            ["payload_version"] = 1,
            ["previous_hash"] = "GENESIS",
            ["spec_version"] = SpecVersion.Events,
            ["subject"] = new JsonObject { ["type"] = "producer" },
        };
        var draft = EnvelopeDrafts.Events(DecisionId, CanonicalJson.Sha256Hex(record), "production", DateTimeOffset.UnixEpoch);
        var envelope = EnvelopeSealer.Seal(draft, scene.Workshop.Signer).Bytes;
        await scene.Workshop.Log.AppendAsync(
            new EventSubmission
            {
                Envelope = envelope,
                Record = CanonicalJson.Canonicalize(record),
                EventId = DecisionId,
                PayloadHash = CanonicalJson.Sha256Hex(record),
                SubjectKey = SubjectKeys.Prediction(DecisionId),
            },
            default
        );
        scene.Files[$"ario/predictions/{DecisionId}/payload.json"] = payload;
        scene.Files[$"ario/predictions/{DecisionId}/record.json"] = CanonicalJson.Canonicalize(record);
        scene.Files[$"ario/predictions/{DecisionId}/proof.json"] = envelope.ToArray();
        scene.Tag(ArioTags.PayloadJson, Encoding.UTF8.GetString(payload));
        scene.Tag(ArioTags.DecisionId, DecisionId);
        scene.Tag(ArioTags.PayloadHash, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(payload)));
        return scene;
    }

    public void AddTrace(string traceId) =>
        Store.Traces[traceId] = new Trace(
            traceId,
            "1",
            0,
            null,
            "OK",
            new Dictionary<string, string>(),
            new Dictionary<string, string> { ["mlflow.sourceRun"] = Workshop.RunId }
        );

    public string? TagOf(string key) => Store.Traces[TraceId].Tags.GetValueOrDefault(key);

    /// <summary>Changes a tag behind our back; null removes it.</summary>
    public void Tag(string key, string? value)
    {
        var tags = new Dictionary<string, string>(Store.Traces[TraceId].Tags);
        tags.Remove(key);
        if (value is not null)
        {
            tags[key] = value;
        }

        Store.Traces[TraceId] = Store.Traces[TraceId] with { Tags = tags };
    }

    public Task<Verdict> VerifyAsync(bool withLedger = true, string? decisionId = null, string traceId = TraceId) =>
        new TraceVerifier(withLedger ? Workshop.Scope : Workshop.Scope with { Log = null }).VerifyAsync(traceId, decisionId, default);

    public async Task<Check> LiveAsync(bool withLedger = true) =>
        (await VerifyAsync(withLedger)).Checks.Single(check => check.Name == CheckNames.LiveTrace);
}
