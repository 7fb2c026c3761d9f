using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Tests.Answers;

namespace Hallmark.Evidence.Tests.Forms;

/// <summary>The form of a prediction's receipt (docs/formats/predictions.md): each member missing, of another kind, and at its bound.</summary>
public sealed class PredictionReceiptFormTests
{
    private static readonly PredictionReceipt Sound = WithWitness(PredictionMaker.Single());

    [Fact]
    public void What_is_written_is_canonical_and_reads_back_the_same()
    {
        foreach (var receipt in new[] { Sound, Sound with { Record = null }, Sound with { Receipts = [], Checkpoints = [] } })
        {
            var bytes = PredictionReceiptJson.Write(receipt);
            Assert.Equal(CanonicalJson.Canonicalize(bytes), bytes);
            Assert.Equal(bytes, PredictionReceiptJson.Write(Read(JsonNode.Parse(bytes))));
            Assert.True(PredictionReceiptJson.IsReceipt(bytes));
        }
    }

    [Theory]
    [InlineData("decision_id")]
    [InlineData("record_hash")]
    [InlineData("envelope")]
    [InlineData("ledger")]
    [InlineData("ledger.origin")]
    [InlineData("ledger.verifier_key")]
    [InlineData("index")]
    [InlineData("checkpoints")]
    [InlineData("checkpoints.0.note")]
    [InlineData("checkpoints.0.path")]
    [InlineData("checkpoints.1.tree_size")]
    [InlineData("receipts")]
    [InlineData("format")]
    public void A_member_that_is_missing_is_missed_where_it_should_be(string path)
    {
        var names = path.Split('.');
        Refuse(path, null, $"{PlaceOf(names[..^1])} has no {names[^1]}");
    }

    [Theory]
    [InlineData("format", "\"hallmark/prediction-receipt/v2\"", "is not hallmark/prediction-receipt/v1")]
    [InlineData("format", "1", "is not a text of 1 to 2048 characters")]
    [InlineData("decision_id", "\"\"", "is not a text of 1 to 2048 characters")]
    [InlineData("record_hash", "null", "is not a text of 1 to 2048 characters")]
    [InlineData("record", "null", "is not base64 of at most 16777216 bytes")]
    [InlineData("record", "\"AAA\"", "is not base64 of at most 16777216 bytes")]
    [InlineData("envelope", "\"{}\"", "is not an object")]
    [InlineData("ledger", "null", "is not an object")]
    [InlineData("ledger.origin", "{}", "is not a text of 1 to 2048 characters")]
    [InlineData("ledger.verifier_key", "[]", "is not a text of 1 to 2048 characters")]
    [InlineData("index", "-1", "is not a whole number from 0 to 2^40")]
    [InlineData("index", "1099511627776", "is not a whole number from 0 to 2^40")]
    [InlineData("checkpoints", "null", "is not a list of at most 64")]
    [InlineData("checkpoints.1", "\"\"", "is not an object")]
    [InlineData("checkpoints.1.note", "null", "is not a text of at most 65536 characters")]
    [InlineData("checkpoints.1.path", "{}", "is not a list of at most 64")]
    [InlineData("checkpoints.1.path.0", "\"AA==\"", "is not base64 of 32 bytes")]
    [InlineData("checkpoints.1.tree_size", "\"7\"", "is not a whole number from 0 to 2^40")]
    [InlineData("receipts", "{}", "is not a list of at most 64")]
    [InlineData("receipts.0", "1", "cannot be read: the receipt is not a JSON object")]
    public void A_member_of_another_kind_is_named_with_what_it_should_be(string path, string json, string why) =>
        Refuse(path, json, $"{PlaceOf(path.Split('.'))} {why}");

    [Theory]
    [InlineData("surprise")]
    [InlineData("ledger.surprise")]
    [InlineData("checkpoints.1.surprise")]
    public void A_member_that_nobody_knows_is_refused_where_it_stands(string path) =>
        Refuse(path, "1", $"{PlaceOf(path.Split('.')[..^1])} has an unknown member \"surprise\"");

    [Fact]
    public async Task A_malformed_receipt_fails_the_form_alone_and_names_the_place()
    {
        var json = Make();
        BodyExample.Set(json, "checkpoints.1.tree_size", "true");
        var found = await new PredictionReceiptVerifier(BundleScene.Trust).VerifyAsync(
            CanonicalJson.Canonicalize(json),
            CancellationToken.None
        );
        Assert.Null(found.Receipt);
        var check = Assert.Single(found.Verdict.Checks);
        Assert.Equal(("form", CheckOutcome.Failed, "malformed"), (check.Name, check.Outcome, check.Reason));
        Assert.Contains("the receipt.checkpoints[1].tree_size", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_that_is_cut_off_is_damaged_where_it_ends_and_what_never_was_one_is_bad_input()
    {
        var verifier = new PredictionReceiptVerifier(BundleScene.Trust);
        var cut = PredictionReceiptJson.Write(Sound)[..^1];
        Assert.True(PredictionReceiptJson.IsReceipt(cut));
        var found = await verifier.VerifyAsync(cut, CancellationToken.None);
        Assert.Null(found.Receipt);
        var check = Assert.Single(found.Verdict.Checks);
        Assert.Equal(("form", CheckOutcome.Failed, "damaged"), (check.Name, check.Outcome, check.Reason));
        Assert.Equal($"in record_hash: JSON refused at byte {cut.Length}: the text ends inside a value", check.Detail);

        var nothing = "{\"decision_id\":"u8.ToArray();
        Assert.False(PredictionReceiptJson.IsReceipt(nothing));
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => verifier.VerifyAsync(nothing, CancellationToken.None));
        Assert.Equal("the receipt is not JSON: JSON refused at byte 15: the text ends inside a value", refusal.Message);
    }

    [Fact]
    public void Sixty_four_checkpoints_and_receipts_are_read_and_one_more_is_refused()
    {
        foreach (var name in new[] { "checkpoints", "receipts" })
        {
            var json = Make();
            var list = json[name]!.AsArray();
            while (list.Count < 64)
            {
                list.Add(list[0]!.DeepClone());
            }

            _ = Read(json);
            list.Add(list[0]!.DeepClone());
            Assert.Equal($"the receipt.{name} is not a list of at most 64", Assert.Throws<BadInputException>(() => Read(json)).Message);
        }
    }

    [Fact]
    public void A_note_has_up_to_65536_characters_and_a_record_up_to_16_mebibytes()
    {
        var json = Make();
        BodyExample.Set(json, "checkpoints.0.note", $"\"{new string('x', 65_536)}\"");
        Assert.Equal(65_536, Read(json).Checkpoints[0].Note.Length);
        Refuse(
            "checkpoints.0.note",
            $"\"{new string('x', 65_537)}\"",
            "the receipt.checkpoints[0].note is not a text of at most 65536 characters"
        );

        json = Make();
        BodyExample.Set(json, "record", $"\"{Convert.ToBase64String(new byte[16 << 20])}\"");
        Assert.Equal(16 << 20, Read(json).Record!.Value.Length);
        Refuse(
            "record",
            $"\"{Convert.ToBase64String(new byte[(16 << 20) + 1])}\"",
            "the receipt.record is not base64 of at most 16777216 bytes"
        );
    }

    /// <summary>JSON may be 128 levels deep, and an envelope in a handover may be as deep as the text around it leaves room for.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(120)]
    public async Task A_handover_of_any_depth_gets_an_answer_and_no_exception(int depth)
    {
        var deep = Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', depth)}{new string(']', depth)}}}");
        var handover = new KeyHandoverProof(deep, new InclusionProof(0, 1, []), "x"u8.ToArray());
        var bytes = PredictionReceiptJson.Write(Sound with { Handovers = [handover] });

        var found = await new PredictionReceiptVerifier(BundleScene.Trust).VerifyAsync(bytes, CancellationToken.None);

        var check = found.Verdict.Checks.Single(one => one.Name == "checkpoints");
        Assert.Equal((CheckOutcome.Failed, "handover 0: it is no envelope of a handover in canonical form"), (check.Outcome, check.Detail));
    }

    private static PredictionReceipt WithWitness(PredictionReceipt receipt) =>
        receipt with
        {
            Receipts = [Notary.Receipt(AnchorTarget.Checkpoint, receipt.Checkpoints[0].Note, 4)],
        };

    private static JsonObject Make() => JsonNode.Parse(PredictionReceiptJson.Write(Sound))!.AsObject();

    private static PredictionReceipt Read(JsonNode? json) => PredictionReceiptJson.Parse(CanonicalJson.Canonicalize(json));

    private static string PlaceOf(IEnumerable<string> names) =>
        "the receipt" + string.Concat(names.Select(name => char.IsAsciiDigit(name[0]) ? $"[{name}]" : "." + name));

    private static void Refuse(string path, string? value, string message)
    {
        var json = Make();
        BodyExample.Set(json, path, value);
        Assert.Equal(message, Assert.Throws<BadInputException>(() => Read(json)).Message);
    }
}
