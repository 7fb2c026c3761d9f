using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Bodies;

namespace Hallmark.Evidence.Tests.Forms;

/// <summary>The form of a bundle's body (docs/formats/evidence.md): each member missing, of another kind, and at its bound; every refusal names the place.</summary>
public sealed class BundleBodyFormTests(BodyExample example) : IClassFixture<BodyExample>
{
    private const string Root = "the bundle's body";

    [Fact]
    public void A_body_with_every_member_is_read_and_written_the_same()
    {
        var json = example.Make();
        var body = BodyExample.Read(json);

        Assert.True(JsonNode.DeepEquals(json, BundleBodyJson.Write(body)));
        Assert.Single(body.Handovers);
        Assert.Equal(("the bank", BundleScene.SignedAt.AddYears(1)), (body.Keys[0].Name, body.Keys[0].Until));
        Assert.Equal(BundleScene.SignedAt, body.Keys[0].Since);
        Assert.False(body.HasOnlyHashes);
        Assert.Equal("verified", (string?)body.VerdictAtExport!["status"]);
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("event_id")]
    [InlineData("hashes_only")]
    [InlineData("ledger")]
    [InlineData("entries")]
    [InlineData("receipts")]
    [InlineData("keys")]
    [InlineData("ledger.origin")]
    [InlineData("ledger.verifier_key")]
    [InlineData("ledger.checkpoints")]
    [InlineData("ledger.checkpoints.0.note")]
    [InlineData("ledger.checkpoints.1.from_previous.old_size")]
    [InlineData("ledger.checkpoints.1.from_previous.new_size")]
    [InlineData("ledger.checkpoints.1.from_previous.path")]
    [InlineData("ledger.handovers.0.checkpoint")]
    [InlineData("ledger.handovers.0.envelope")]
    [InlineData("ledger.handovers.0.inclusion")]
    [InlineData("ledger.handovers.0.inclusion.index")]
    [InlineData("ledger.handovers.0.inclusion.tree_size")]
    [InlineData("ledger.handovers.0.inclusion.path")]
    [InlineData("entries.2.envelope")]
    [InlineData("entries.2.inclusion")]
    [InlineData("entries.2.inclusion.index")]
    [InlineData("entries.2.inclusion.tree_size")]
    [InlineData("entries.2.inclusion.path")]
    [InlineData("keys.0.public_key")]
    [InlineData("keys.0.name")]
    public void A_member_that_is_missing_is_missed_where_it_should_be(string path)
    {
        var names = path.Split('.');
        Refuse(path, null, $"{PlaceOf(names[..^1])} has no {names[^1]}");
    }

    [Theory]
    [InlineData("verdict_at_export")]
    [InlineData("ledger.handovers")]
    [InlineData("entries.0.record")]
    [InlineData("keys.0.since")]
    [InlineData("keys.0.until")]
    [InlineData("ledger.checkpoints.1.from_previous")]
    public void A_member_that_may_be_absent_may_be(string path)
    {
        var body = example.Make();
        BodyExample.Set(body, path, null);
        Assert.True(JsonNode.DeepEquals(body, BundleBodyJson.Write(BodyExample.Read(body))));
    }

    [Theory]
    [InlineData("subject", "1", "is not a text of 1 to 2048 characters")]
    [InlineData("subject", "\"\"", "is not a text of 1 to 2048 characters")]
    [InlineData("event_id", "null", "is not a text of 1 to 2048 characters")]
    [InlineData("hashes_only", "0", "is neither true nor false")]
    [InlineData("ledger", "[]", "is not an object")]
    [InlineData("ledger.origin", "[]", "is not a text of 1 to 2048 characters")]
    [InlineData("ledger.verifier_key", "{}", "is not a text of 1 to 2048 characters")]
    [InlineData("ledger.checkpoints", "{}", "is not a list of at most 10000")]
    [InlineData("ledger.checkpoints.0", "\"note\"", "is not an object")]
    [InlineData("ledger.checkpoints.0.note", "1", "is not a text")]
    [InlineData("ledger.checkpoints.0.note", "null", "is not a text")]
    [InlineData("ledger.checkpoints.1.from_previous", "null", "is not an object")]
    [InlineData("ledger.checkpoints.1.from_previous.old_size", "-1", "is not a whole number from 0 to 2^40")]
    [InlineData("ledger.checkpoints.1.from_previous.new_size", "1.5", "is not a whole number from 0 to 2^40")]
    [InlineData("ledger.checkpoints.1.from_previous.path", "\"\"", "is not a list of at most 64")]
    [InlineData("ledger.handovers", "{}", "is not a list of at most 1000")]
    [InlineData("ledger.handovers", "null", "is not a list of at most 1000")]
    [InlineData("ledger.handovers.0", "null", "is not an object")]
    [InlineData("ledger.handovers.0.checkpoint", "7", "is not a text of at most 65536 characters")]
    [InlineData("ledger.handovers.0.envelope", "\"{}\"", "is not an object")]
    [InlineData("ledger.handovers.0.inclusion", "[]", "is not an object")]
    [InlineData("ledger.handovers.0.inclusion.index", "\"1\"", "is not a whole number from 0 to 2^40")]
    [InlineData("ledger.handovers.0.inclusion.tree_size", "null", "is not a whole number from 0 to 2^40")]
    [InlineData("ledger.handovers.0.inclusion.path", "null", "is not a list of at most 64")]
    [InlineData("entries", "{}", "is not a list of at most 100000")]
    [InlineData("entries.1", "[]", "is not an object")]
    [InlineData("entries.1.envelope", "[]", "is not an object")]
    [InlineData("entries.1.record", "null", "is not base64 of at most 67108864 bytes")]
    [InlineData("entries.1.record", "\"AB==\"", "is not base64 of at most 67108864 bytes")]
    [InlineData("entries.1.inclusion", "1", "is not an object")]
    [InlineData("entries.1.inclusion.index", "1099511627776", "is not a whole number from 0 to 2^40")]
    [InlineData("entries.1.inclusion.tree_size", "\"8\"", "is not a whole number from 0 to 2^40")]
    [InlineData("entries.1.inclusion.path", "{}", "is not a list of at most 64")]
    [InlineData("entries.1.inclusion.path.1", "\"AAAA\"", "is not base64 of 32 bytes")]
    [InlineData("receipts", "{}", "is not a list of at most 10000")]
    [InlineData("receipts.1", "[]", "cannot be read: the receipt is not a JSON object")]
    [InlineData(
        "receipts.1.state",
        "\"done\"",
        "cannot be read: the receipt's state is none of prepared, submitted, confirmed, final, rejected"
    )]
    [InlineData("keys", "{}", "is not a list of at most 1000")]
    [InlineData("keys.0", "\"a\"", "is not an object")]
    [InlineData("keys.0.public_key", "1", "is not a text of 1 to 2048 characters")]
    [InlineData("keys.0.name", "\"\"", "is not a text of 1 to 2048 characters")]
    [InlineData("keys.0.since", "\"2026-01-01\"", "is not a UTC time with milliseconds")]
    [InlineData("keys.0.until", "null", "is not a text of 1 to 2048 characters")]
    public void A_member_of_another_kind_is_named_with_what_it_should_be(string path, string json, string why)
    {
        // A receipt's own reader says which of its members it is.
        var names = path.Split('.');
        Refuse(path, json, $"{PlaceOf(names[0] == "receipts" ? names[..Math.Min(2, names.Length)] : names)} {why}");
    }

    [Fact]
    public void A_verdict_that_is_no_object_is_refused() =>
        Refuse("verdict_at_export", "\"verified\"", Root + " has a verdict_at_export that is not an object");

    [Theory]
    [InlineData("")]
    [InlineData("ledger")]
    [InlineData("ledger.checkpoints.0")]
    [InlineData("ledger.checkpoints.1.from_previous")]
    [InlineData("ledger.handovers.0")]
    [InlineData("ledger.handovers.0.inclusion")]
    [InlineData("entries.0")]
    [InlineData("entries.0.inclusion")]
    [InlineData("keys.0")]
    public void A_member_that_nobody_knows_is_refused_where_it_stands(string path)
    {
        var place = path.Length == 0 ? Root : PlaceOf(path.Split('.'));
        Refuse(path.Length == 0 ? "surprise" : path + ".surprise", "1", $"{place} has an unknown member \"surprise\"");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"\"")]
    [InlineData("1")]
    public void What_is_no_object_is_no_body(string json) =>
        Assert.Equal(Root + " is not an object", Assert.Throws<BadInputException>(() => BodyExample.Read(JsonNode.Parse(json))).Message);

    [Theory]
    [InlineData("keys", 1_000, "{\"public_key\":\"k\",\"name\":\"n\"}")]
    [InlineData("ledger.checkpoints", 10_000, "{\"note\":\"\"}")]
    [InlineData("entries", 100_000, "{\"envelope\":{},\"inclusion\":{\"index\":0,\"tree_size\":1,\"path\":[]}}")]
    public void A_list_may_be_as_long_as_its_bound_and_not_one_longer(string path, int most, string item)
    {
        var list = new StringBuilder("[").Insert(1, item + ",", most - 1).Append(item).Append(']').ToString();
        var body = example.Make();
        BodyExample.Set(body, path, list);
        var read = BodyExample.Read(body);
        Assert.Equal(most, Math.Max(read.Keys.Length, Math.Max(read.Checkpoints.Length, read.Entries.Length)));

        Refuse(path, $"[{item},{list[1..]}", $"{PlaceOf(path.Split('.'))} is not a list of at most {most}");
    }

    /// <summary>The bound of a note counts bytes, and a character of three bytes counts three.</summary>
    [Theory]
    [InlineData("x", 1 << 20)]
    [InlineData("…", (1 << 20) / 3)]
    public void A_checkpoints_note_has_up_to_a_mebibyte(string character, int most)
    {
        var body = example.Make();
        var text = new StringBuilder().Insert(0, character, most).ToString();
        BodyExample.Set(body, "ledger.checkpoints.0.note", $"\"{text}\"");
        Assert.Equal(Encoding.UTF8.GetByteCount(text), BodyExample.Read(body).Checkpoints[0].Note.Length);

        Refuse("ledger.checkpoints.0.note", $"\"{text}{character}\"", Root + ".ledger.checkpoints[0].note is longer than 1048576 bytes");
    }

    [Fact]
    public void A_handovers_checkpoint_and_envelope_have_their_bounds()
    {
        const string Place = Root + ".ledger.handovers[0]";
        var body = example.Make();
        BodyExample.Set(body, "ledger.handovers.0.checkpoint", $"\"{new string('x', 65_536)}\"");
        Assert.Equal(65_536, BodyExample.Read(body).Handovers[0].Note.Length);
        Refuse(
            "ledger.handovers.0.checkpoint",
            $"\"{new string('x', 65_537)}\"",
            Place + ".checkpoint is not a text of at most 65536 characters"
        );

        // An entry of a ledger has at most 65,535 bytes (C2SP tlog-tiles).
        body = example.Make();
        BodyExample.Set(body, "ledger.handovers.0.envelope", $"{{\"a\":\"{new string('x', 65_535 - 8)}\"}}");
        Assert.Equal(65_535, BodyExample.Read(body).Handovers[0].Entry.Length);
        Refuse(
            "ledger.handovers.0.envelope",
            $"{{\"a\":\"{new string('x', 65_535 - 7)}\"}}",
            Place + ".envelope is longer than 65535 bytes"
        );
    }

    [Fact]
    public void A_thousand_handovers_are_read_and_one_more_is_refused()
    {
        var body = example.Make();
        var one = body["ledger"]!["handovers"]![0]!.ToJsonString();
        var list = new StringBuilder("[").Insert(1, one + ",", 999).Append(one).Append(']').ToString();
        BodyExample.Set(body, "ledger.handovers", list);
        Assert.Equal(1_000, BodyExample.Read(body).Handovers.Length);
        Refuse("ledger.handovers", $"[{one},{list[1..]}", Root + ".ledger.handovers is not a list of at most 1000");
    }

    private static string PlaceOf(IEnumerable<string> names) =>
        Root + string.Concat(names.Select(name => char.IsAsciiDigit(name[0]) ? $"[{name}]" : "." + name));

    private void Refuse(string path, string? json, string message)
    {
        var body = example.Make();
        BodyExample.Set(body, path, json);
        var refusal = Assert.Throws<BadInputException>(() => BodyExample.Read(body));
        Assert.Equal(message, refusal.Message);
    }
}
