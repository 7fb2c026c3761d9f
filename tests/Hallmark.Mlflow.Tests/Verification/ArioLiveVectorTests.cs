using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>The original's <c>full_verify</c> over three real MLflow servers, after each event and after each alteration (mlflow-live.json).</summary>
public sealed class ArioLiveVectorTests
{
    private static readonly JsonNode File = Vectors.Load("mlflow-live");

    public static TheoryData<string> Cases => Vectors.Ids("mlflow-live");

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_real_store_is_verified_as_the_original_does(string id)
    {
        var vector = Vectors.Case(File, id);
        var (given, expect) = (vector["given"]!, vector["expect"]!);
        var envelope = given["envelope"] ?? expect["envelope"];
        var store = LiveState.Build(given);
        Complete(store, vector);

        var result = await ArioVerification.FullVerifyAsync(
            envelope,
            store,
            null,
            ArioAttestation.DefaultMinimumLevel,
            null,
            CancellationToken.None
        );

        ArioResults.AssertEqual(expect["full_verify"], result.ToJson());
    }

    // The vectors give the answers before the call; what the event itself left in the store is in "expect".
    private static void Complete(MemoryMlflowStore store, JsonNode vector)
    {
        var (given, expect) = (vector["given"]!, vector["expect"]!);
        var kind = (string)vector["kind"]!;
        var version = (expect["model_version_after"] ?? given["model_version"])?["body"]?["model_version"];
        if (version is not null)
        {
            LiveState.AddVersion(store, version);
        }
        else if (kind == "altered" && (string?)given["envelope"]!["subject"]!["type"] == "mlflow_model_version")
        {
            var subject = given["envelope"]!["subject"]!;
            store.Versions.Add(
                new ModelVersion
                {
                    Name = (string)subject["name"]!,
                    Version = (string)subject["version"]!,
                    RunId = store.Runs.Keys.Single(),
                }
            );
        }

        var runId = store.Runs.Keys.SingleOrDefault() ?? store.Versions.SingleOrDefault()?.RunId;
        if (runId is null)
        {
            return;
        }

        store.Runs.TryAdd(
            runId,
            new MlflowRun
            {
                RunId = runId,
                ExperimentId = "0",
                Status = "FINISHED",
                ArtifactUri = "memory:/" + runId,
            }
        );
        foreach (var (tag, value) in expect["tags_after"] as JsonObject ?? [])
        {
            store.SetRunTagAsync(runId, tag, (string)value!, CancellationToken.None).GetAwaiter().GetResult();
        }

        LiveState.AddFiles(store, runId, expect["files_after"]);
        if ((string?)expect["payload_canonical"] is not { } payload)
        {
            return;
        }

        var path = kind switch
        {
            "registration" => "ario/registration_payload.json",
            "promotion" => $"ario/promotions/{expect["envelope"]!["event_id"]}/payload.json",
            "prediction" => $"ario/predictions/{expect["decision_id"]}/payload.json",
            _ => "ario/payload.json",
        };
        store.ArtifactsOf(runId).Files.TryAdd(path, Encoding.UTF8.GetBytes(payload));
        if (expect["trace_after"]?["body"]?["trace"]?["trace_info"] is { } v3)
        {
            AddTrace(store, (string)v3["trace_id"]!, ScriptedState.Texts(v3["tags"]));
        }
        else if (expect["trace_after"]?["body"]?["trace_info"] is { } v2)
        {
            AddTrace(store, (string)v2["request_id"]!, LiveState.Pairs(v2["tags"]));
        }
    }

    private static void AddTrace(MemoryMlflowStore store, string id, IReadOnlyDictionary<string, string> tags) =>
        store.Traces[id] = new Trace(id, "1", 0, null, "OK", tags, new Dictionary<string, string>());
}
