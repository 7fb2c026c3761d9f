using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>What the tests on event vectors share: a recorder over a scripted store, uploads as values, and the comparison of what was written back.</summary>
internal sealed class EventVectorRun(MemoryMlflowStore store)
{
    public static readonly byte[] Page = "<!doctype html>"u8.ToArray();

    public MemoryMlflowStore Store { get; } = store;

    public ScriptedClock Clock { get; } = new();

    public MemoryEventLog Log { get; } = new();

    public MlflowEventRecorder Recorder() => new(Store, TestSigner.First, Log, Clock, Clock, new RecorderOptions());

    public void Expect(JsonNode? envelope)
    {
        if (envelope is not null)
        {
            Clock.Expect((string)envelope["event_id"]!, (string)envelope["signed_at"]!);
        }
    }

    public static UploadResult? Upload(JsonNode? transaction, JsonNode? receipt = null) =>
        (string?)transaction is { } id ? new UploadResult(id, "https://turbo-gateway.com/" + id, receipt?.DeepClone() as JsonObject) : null;

    public static WalletDescription? Wallet(JsonNode? uploader) =>
        (string?)uploader?["wallet_mode"] is { } mode ? new WalletDescription(mode, (string?)uploader["wallet_type"]) : null;

    public static void AssertSealed(PreparedEvent actual, JsonNode expect)
    {
        if (expect["payload_canonical"] is { } payload)
        {
            Assert.Equal((string)payload!, Encoding.UTF8.GetString(actual.Record.Span));
        }

        Assert.Equal((string)expect["payload_hash"]!, actual.PayloadHash);
        if (expect["envelope_canonical"] is { } canonical)
        {
            Assert.Equal((string)canonical!, Encoding.UTF8.GetString(actual.EnvelopeBytes.Span));
        }

        Assert.True(JsonNode.DeepEquals(expect["envelope"], actual.Envelope), $"the envelope is {actual.Envelope.ToJsonString()}");
        if (expect["previous_hash"] is { } previous)
        {
            Assert.Equal((string)previous!, actual.PreviousHash);
        }
    }

    /// <summary>Writes back through the outbox's form and the handler, as the product does.</summary>
    public async Task WriteBackAsync(string eventId, IReadOnlyList<WriteBackStep> steps)
    {
        var handler = new MlflowWriteBackHandler((_, _) => Task.FromResult<IMlflowStore>(Store));
        await handler.HandleAsync(new WriteBackWork(Store.TrackingUri, eventId, steps).ToOutbox(), CancellationToken.None);
    }

    /// <summary>Compares the files of a run that are new with the expected ones.</summary>
    public void AssertFiles(string runId, IReadOnlySet<string> before, JsonNode? expected)
    {
        var files = Store.ArtifactsOf(runId).Files;
        var written = files.Keys.Where(path => !before.Contains(path)).ToList();
        var names = (expected as JsonObject ?? []).Select(pair => pair.Key).Order(StringComparer.Ordinal);
        Assert.Equal(names, written);
        foreach (var (path, entry) in expected as JsonObject ?? [])
        {
            switch ((string)entry!["kind"]!)
            {
                case "payload":
                    Assert.Equal(
                        (string)entry["sha256"]!,
                        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(files[path]))
                    );
                    break;
                case "json":
                    Assert.True(JsonNode.DeepEquals(entry["parsed"], JsonNode.Parse(files[path])), path);
                    break;
                default:
                    Assert.Equal(Page, files[path]);
                    break;
            }
        }
    }
}
