using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>Records of batched predictions that are well signed and of the wrong shape, as anybody can put them among a run's artifacts: the verdict fails, and nothing else does.</summary>
public sealed class HostileTraceTests
{
    public static TheoryData<string, string> Odd =>
        new()
        {
            { "metadata", "\"text\"" },
            { "metadata", "7" },
            { "metadata", "[]" },
            { "metadata", "null" },
            { "metadata", "{}" },
            { "metadata", "{\"prediction\":\"text\"}" },
            { "metadata", "{\"prediction\":[]}" },
            { "metadata", "{\"prediction\":null}" },
            { "metadata", "{\"prediction\":{}}" },
            { "event", "\"text\"" },
            { "event", "[]" },
            { "event", "null" },
            { "event", "{\"content_hash\":7,\"content_length\":\"x\"}" },
            { "event_type", "7" },
            { "event_type", "\"mlflow.other\"" },
        };

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task A_record_of_another_shape_that_somebody_signed_is_no_prediction(string member, string value)
    {
        var scene = await TraceScene.BatchedAsync();
        var path = $"ario/predictions/{TraceScene.DecisionId}/";
        var record = JsonNode.Parse(scene.Files[path + "record.json"])!.AsObject();
        record[member] = JsonNode.Parse(value);
        var bytes = CanonicalJson.Canonicalize(record);
        var draft = EnvelopeDrafts.Events(TraceScene.DecisionId, RecordHash.Of(bytes), "production", DateTimeOffset.UnixEpoch);
        scene.Files[path + "record.json"] = bytes;
        scene.Files[path + "proof.json"] = EnvelopeSealer.Seal(draft, TestSigner.Second).Bytes.ToArray();
        var verdict = await scene.VerifyAsync(withLedger: false);
        Assert.True(verdict.Status is not VerdictStatus.Verified, Workshop.Show(verdict));
        Assert.Equal(CheckOutcome.Passed, verdict.Checks.Single(check => check.Name == CheckNames.Record).Outcome);
        Assert.NotEqual(CheckOutcome.Passed, verdict.Checks.Single(check => check.Name == CheckNames.Identity).Outcome);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("not json")]
    [InlineData("{\"spec_version\":\"ario.events/v1\"}")]
    [InlineData("{\"spec_version\":\"ario.events/v1\",\"metadata\":\"text\"}")]
    [InlineData("{\"spec_version\":\"ario.events/v1\",\"metadata\":[1]}")]
    [InlineData("{\"spec_version\":\"ario.events/v1\",\"metadata\":{\"prediction\":\"text\"}}")]
    [InlineData("{\"spec_version\":\"ario.events/v1\",\"metadata\":{\"prediction\":{\"event_type\":7}}}")]
    [InlineData("{\"event_type\":\"training_complete\"}")]
    [InlineData("{\"event_type\":[\"prediction\"]}")]
    public void A_record_that_holds_no_prediction_gives_none(string record) =>
        Assert.Null(PredictionPayload.Find(Encoding.UTF8.GetBytes(record)));

    [Theory]
    [InlineData("{\"event_type\":\"prediction\",\"a\":1}")]
    [InlineData("{\"spec_version\":\"ario.events/v1\",\"metadata\":{\"prediction\":{\"event_type\":\"prediction\",\"a\":1}}}")]
    public void A_prediction_is_found_in_either_form_of_record(string record) =>
        Assert.Equal(1, (int)PredictionPayload.Find(Encoding.UTF8.GetBytes(record))!["a"]!);

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Write_back_of_such_a_record_writes_nothing_and_ends(string metadata)
    {
        var scene = await TraceScene.BatchedAsync();
        var at = scene.Workshop.Log.Entries.Count - 1;
        var record = JsonNode.Parse(scene.Workshop.Log.Entries[at].Record!.Value.Span)!.AsObject();
        record["metadata"] = JsonNode.Parse(metadata);
        scene.Workshop.Log.Entries[at] = scene.Workshop.Log.Entries[at] with { Record = CanonicalJson.Canonicalize(record) };
        scene.Files.Clear();
        var handler = new PredictionWriteBackHandler(scene.Workshop.Log, (_, _) => Task.FromResult<Stores.IMlflowStore>(scene.Store));
        await handler.HandleAsync(new PredictionWriteBack("memory:/store", [TraceScene.DecisionId], null).ToOutbox(), default);
        Assert.Empty(scene.Files);
        Assert.Empty(scene.Store.Writes);
    }
}
