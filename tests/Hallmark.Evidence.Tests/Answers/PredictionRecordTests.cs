using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Evidence.Predictions;

namespace Hallmark.Evidence.Tests.Answers;

/// <summary>A prediction's record (docs/formats/predictions.md): of a prediction, of this one, and where it is one of a batch, committing to the payload inside.</summary>
public sealed class PredictionRecordTests
{
    private const string OfNone = "the record is not one of a prediction";
    private const string Uncommitted = "the record's event does not commit to the prediction in its metadata";

    [Fact]
    public void A_payload_and_a_batch_record_around_it_are_records()
    {
        Assert.Null(FaultOf(PredictionMaker.Payload()));
        Assert.Null(FaultOf(PredictionMaker.BatchRecord(PredictionMaker.Payload())));
    }

    [Fact]
    public void The_hash_is_asked_first_and_over_the_bytes_as_they_are()
    {
        var bytes = CanonicalJson.Canonicalize(PredictionMaker.Payload());
        var pretty = Encoding.UTF8.GetBytes(PredictionMaker.Payload().ToString());
        Assert.Equal(
            $"the record has the SHA-256 {PredictionMaker.Hash(pretty)}, which the envelope does not commit to",
            PredictionRecordCheck.FindFault(pretty, PredictionMaker.Hash(bytes), PredictionMaker.Decision)
        );

        // Any spelling will do where that is the one committed to.
        Assert.Null(PredictionRecordCheck.FindFault(pretty, PredictionMaker.Hash(pretty), PredictionMaker.Decision));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("\"\\ud800\"")]
    public void A_record_that_is_no_JSON_cannot_be_read(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var fault = PredictionRecordCheck.FindFault(bytes, PredictionMaker.Hash(bytes), PredictionMaker.Decision);
        Assert.StartsWith("the record cannot be read: JSON refused at byte ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"prediction\"")]
    [InlineData("{}")]
    [InlineData("{\"event_type\":1}")]
    [InlineData("{\"event_type\":\"Prediction\"}")]
    [InlineData("{\"event_type\":\"model_registered\",\"decision_id\":\"00000000-0000-4000-8000-0000000000d1\"}")]
    public void What_is_no_prediction_is_none(string json) => Assert.Equal(OfNone, FaultOf(JsonNode.Parse(json)));

    [Fact]
    public void A_payload_of_another_prediction_or_of_no_name_is_told()
    {
        Assert.Equal("the record is of prediction x", FaultOf(PredictionMaker.Payload("x")));
        Assert.Equal("the record is of prediction x", FaultOf(PredictionMaker.BatchRecord(PredictionMaker.Payload("x"))));
        var nameless = PredictionMaker.Payload();
        nameless.Remove("decision_id");
        Assert.Equal("the record is of prediction ", FaultOf(nameless));
    }

    [Theory]
    [InlineData("event_type", "\"mlflow.training\"")]
    [InlineData("event_type", "null")]
    [InlineData("metadata", "null")]
    [InlineData("metadata", "[]")]
    [InlineData("metadata", "{}")]
    [InlineData("metadata", "{\"prediction\":{\"decision_id\":\"x\"}}", Uncommitted)]
    [InlineData("metadata", "{\"prediction\":null}", Uncommitted)]
    [InlineData("event", "null", Uncommitted)]
    [InlineData("event", "{}", Uncommitted)]
    [InlineData("event.content_hash", "null", Uncommitted)]
    [InlineData("event.content_hash", "\"0000000000000000000000000000000000000000000000000000000000000000\"", Uncommitted)]
    [InlineData("event.content_length", "0", Uncommitted)]
    [InlineData("event.content_length", "\"83\"", Uncommitted)]
    [InlineData("event.content_length", "1e+300", Uncommitted)]
    [InlineData("event.content_length", "83.5", Uncommitted)]
    [InlineData("event.content_length", "null", Uncommitted)]
    public void A_batch_record_that_does_not_hold_together_is_refused(string path, string json, string why = OfNone)
    {
        var record = PredictionMaker.BatchRecord(PredictionMaker.Payload());
        Forms.BodyExample.Set(record, path, json);
        Assert.Equal(why, FaultOf(record));
    }

    [Fact]
    public void A_batch_record_whose_length_is_off_by_one_does_not_commit()
    {
        var record = PredictionMaker.BatchRecord(PredictionMaker.Payload());
        var length = (int)record["event"]!["content_length"]!;
        foreach (var off in new[] { length - 1, length + 1 })
        {
            record["event"]!["content_length"] = off;
            Assert.Equal(Uncommitted, FaultOf(record));
        }
    }

    /// <summary>A batched record in another profile is only a payload, and its own words are what counts.</summary>
    [Fact]
    public void The_profile_decides_which_form_a_record_has()
    {
        var record = PredictionMaker.BatchRecord(PredictionMaker.Payload());
        record["spec_version"] = "ario.events/v2";
        Assert.Equal(OfNone, FaultOf(record));
    }

    private static string? FaultOf(JsonNode? record)
    {
        var bytes = CanonicalJson.Canonicalize(record);
        return PredictionRecordCheck.FindFault(bytes, PredictionMaker.Hash(bytes), PredictionMaker.Decision);
    }
}
