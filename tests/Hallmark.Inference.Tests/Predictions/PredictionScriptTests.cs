using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Signatures;
using Hallmark.Inference.Predictions;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>The specification's algorithm once more, in another language that shares no code with us; and the family's own predictions with our verifiers.</summary>
public sealed class PredictionScriptTests : IAsyncLifetime
{
    private ReceiptScene _scene = null!; // ! made before each test

    public async Task InitializeAsync() => _scene = await ReceiptScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [PeerFact("node")]
    public async Task A_stranger_proves_direct_and_batched_predictions_with_and_without_their_records()
    {
        foreach (var mode in new[] { PredictionMode.Direct, PredictionMode.Batched })
        {
            var decision = await _scene.PredictAsync(mode);
            await _scene.PredictAsync(mode);
            await _scene.AnchorLatestAsync(Core.Anchoring.ReceiptState.Final);
            foreach (var withRecord in new[] { true, false })
            {
                var (code, said) = await RunAsync(await _scene.GetAsync(decision, withRecord), PredictionHome.Key.PublicKey.Hex);
                Assert.True(code == 0, said);
                Assert.StartsWith($"prediction {decision}: signed by the key you named", said, StringComparison.Ordinal);
            }
        }
    }

    [PeerFact("node")]
    public async Task What_was_edited_proves_nothing_there_either()
    {
        var text = Encoding.UTF8.GetString(await _scene.GetAsync(await _scene.PredictAsync(PredictionMode.Batched), withRecord: true));
        foreach (var (part, other) in new[] { ("\"index\":0", "\"index\":1"), ("production", "dev"), ("\\n1\\n", "\\n2\\n") })
        {
            var edited = text.Replace(part, other, StringComparison.Ordinal);
            Assert.NotEqual(text, edited);
            var (code, said) = await RunAsync(Encoding.UTF8.GetBytes(edited), "");
            Assert.True(code == 1, said);
        }

        Assert.Equal(1, (await RunAsync(Encoding.UTF8.GetBytes(text), new string('0', 64))).Code);
    }

    [Fact]
    public void The_familys_predictions_are_our_payloads_byte_for_byte_and_its_envelopes_verify_here()
    {
        var count = 0;
        foreach (var item in VectorFile.Cases("mlflow-events").Where(item => (string?)item["kind"] == "prediction"))
        {
            if (item["expect"]?["payload"] is not JsonObject payload)
            {
                continue;
            }

            var facts = new PredictionFacts
            {
                DecisionId = (string)payload["decision_id"]!,
                ModelName = (string)payload["model_name"]!,
                ModelVersion = (string)payload["model_version"]!,
                RunId = (string)payload["run_id"]!,
                ModelUri = (string)payload["model_uri"]!,
                InputHash = (string)payload["input_hash"]!,
                OutputHash = (string)payload["output_hash"]!,
                LatencyInMilliseconds = (double)payload["latency_ms"]!,
                ArtifactVerified = (bool?)payload["artifact_verified"],
            };
            var options = new RecordOptions
            {
                Metadata = item["given"]!["metadata"]?.AsObject(),
                MlflowTraceId = (string?)payload["mlflow_trace_id"],
                Span = payload["otel_trace_id"] is { } trace ? new SpanIds((string)trace!, (string)payload["otel_span_id"]!) : null,
            };
            var canonical = PredictionPayload.Canonicalize(facts, options);
            Assert.Equal((string?)item["expect"]!["payload_canonical"], Encoding.UTF8.GetString(canonical));
            if (item["expect"]!["envelope"] is JsonValue envelope)
            {
                Assert.True(EnvelopeVerifier.Verify(Encoding.UTF8.GetBytes((string)envelope!), canonical).IsOk);
            }

            count++;
        }

        Assert.True(count >= 10, $"only {count} predictions were looked at");
    }

    [PeerFact("node")]
    public async Task The_script_follows_a_handover_of_the_ledgers_key()
    {
        using var second = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);
        await _scene.HandOverAsync(second);
        var receipt = await _scene.GetAsync(await _scene.PredictAsync(PredictionMode.Batched), withRecord: true);
        Assert.Equal(0, (await RunAsync(receipt, "")).Code);
        var json = JsonNode.Parse(receipt)!;
        json["ledger"]!.AsObject().Remove("handovers");
        Assert.Equal(1, (await RunAsync(Encoding.UTF8.GetBytes(json.ToJsonString()), "")).Code);
        json = JsonNode.Parse(receipt)!;
        json["ledger"]!["handovers"]![0]!["envelope"]!["payload"]!["acceptance"] = new string('0', 128);
        Assert.Equal(1, (await RunAsync(Encoding.UTF8.GetBytes(json.ToJsonString()), "")).Code);
    }

    private async Task<(int Code, string Said)> RunAsync(byte[] receipt, string signer)
    {
        var file = _scene.File("receipt.json");
        await File.WriteAllBytesAsync(file, receipt);
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(ProjectFiles.Root, "tools", "verify-prediction.mjs"));
        start.ArgumentList.Add(file);
        if (signer.Length > 0)
        {
            start.ArgumentList.Add(signer);
        }

        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        said += await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }
}
