using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Envelopes;

/// <summary>Records of <c>ario.events/v1</c> (envelope family §8).</summary>
public class EventRecordTests
{
    private static readonly string Hash = new('a', 64);
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(-5));

    [Theory]
    [InlineData("event", true)]
    [InlineData("s3.object_stored", true)]
    [InlineData("a1._", false)]
    [InlineData("a.b.c9_", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("1a", false)]
    [InlineData("_a", false)]
    [InlineData("a.", false)]
    [InlineData(".a", false)]
    [InlineData("a..b", false)]
    [InlineData("a.1b", false)]
    [InlineData("a-b", false)]
    [InlineData("a\n", false)]
    [InlineData("é", false)]
    [InlineData("checkpoint", false)] // reserved for checkpoints
    public void Event_types_keep_to_their_grammar(string eventType, bool allowed)
    {
        var exception = Record.Exception(() => EventRecord.ForContent(Hash, 0, eventType: eventType));
        Assert.Equal(allowed, exception is null);
        Assert.True(exception is null or ArgumentException);
    }

    [Fact]
    public void An_event_type_has_at_most_64_characters()
    {
        Assert.NotNull(EventRecord.ForContent(Hash, 0, eventType: new string('a', 64)));
        Assert.Throws<ArgumentException>(() => EventRecord.ForContent(Hash, 0, eventType: new string('a', 65)));
        Assert.Throws<ArgumentOutOfRangeException>(() => EventRecord.ForContent(Hash, -1));
        Assert.Throws<ArgumentException>(() => EventRecord.ForContent(Hash.ToUpperInvariant(), 1));
    }

    [Fact]
    public void A_record_holds_what_was_said_and_nothing_else()
    {
        Assert.Equal(
            """{"context":{},"event":{"content_hash":"HASH","content_length":0},"event_type":"event","extras":{},"metadata":{},"payload_version":1,"previous_hash":"GENESIS","spec_version":"ario.events/v1","subject":{"type":"producer"}}""".Replace(
                "HASH",
                Hash,
                StringComparison.Ordinal
            ),
            Canonical(EventRecord.ForContent(Hash, 0))
        );
        var metadata = new JsonObject { ["k"] = 1 };
        var full = EventRecord.ForContent(Hash, 7, "s3://b/k", "s3.object_stored") with
        {
            ProducerId = "p",
            Name = "n",
            ChainKey = "c",
            PreviousHash = Hash,
            Metadata = metadata,
        };
        var json = full.ToJson();
        Assert.Equal("""{"name":"n","producer_id":"p","type":"producer"}""", Canonical(json["subject"]));
        Assert.Equal("""{"chain_key":"c"}""", Canonical(json["context"]));
        Assert.Equal("s3://b/k", (string?)json["event"]!["ref"]);
        json["metadata"]!["k"] = 2;
        json["event"]!["content_length"] = 8;
        Assert.Equal(1, (int)metadata["k"]!);
        Assert.Equal(7, (long)full.ToJson()["event"]!["content_length"]!);
    }

    [Fact]
    public void Checkpoints_link_to_the_record_before_and_changing_any_of_them_breaks_the_link()
    {
        var records = new List<JsonObject>();
        var previous = EnvelopeDrafts.Genesis;
        for (var i = 0; i < 4; i++)
        {
            var record = (
                EventRecord.ForCheckpoint(Hash, i + 1, Start.AddMinutes(i), Start.AddMinutes(i + 1)) with
                {
                    ChainKey = "batch",
                    PreviousHash = previous,
                }
            ).ToJson();
            records.Add(record);
            previous = CanonicalJson.Sha256Hex(record);
        }

        Assert.Equal("2026-03-01T05:00:00.000Z", (string?)records[0]["event"]!["window"]!["start"]);
        for (var i = 1; i < records.Count; i++)
        {
            Assert.Equal(CanonicalJson.Sha256Hex(records[i - 1]), (string?)records[i]["previous_hash"]);
            records[i - 1]["event"]!["leaf_count"] = 99;
            Assert.NotEqual(CanonicalJson.Sha256Hex(records[i - 1]), (string?)records[i]["previous_hash"]);
        }
    }

    private static string Canonical(EventRecord record) => Canonical(record.ToJson());

    private static string Canonical(JsonNode? node) => System.Text.Encoding.UTF8.GetString(CanonicalJson.Canonicalize(node));
}
