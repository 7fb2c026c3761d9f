using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Tests.Flips;
using Hallmark.Inference.Predictions;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>No edit of a receipt goes unseen, and the answer names the part.</summary>
public sealed class EditedReceiptTests : IAsyncLifetime
{
    private ReceiptScene _scene = null!; // ! made before each test

    public async Task InitializeAsync() => _scene = await ReceiptScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData("subject", "decision_id")]
    [InlineData("signature", "envelope.signature")]
    [InlineData("signature", "envelope.event_id")]
    [InlineData("signature", "envelope.public_key")]
    [InlineData("signature", "envelope.signed_at")]
    [InlineData("signature", "envelope.environment")]
    [InlineData("record_hash", "record_hash")]
    [InlineData("record_hash", "envelope.payload_hash")]
    [InlineData("record", "record")]
    [InlineData("record", "record_hash")]
    [InlineData("checkpoints", "checkpoints.0.note")]
    [InlineData("checkpoints", "checkpoints.1.note")]
    [InlineData("checkpoints", "ledger.origin")]
    [InlineData("checkpoints", "ledger.verifier_key")]
    [InlineData("inclusion", "checkpoints.0.tree_size")]
    [InlineData("inclusion", "checkpoints.1.path.0")]
    [InlineData("inclusion", "index")]
    [InlineData("witnesses", "receipts.0.digest")]
    [InlineData("witnesses", "receipts.0.proof.seen")]
    [InlineData("form", "receipts.0.target")]
    [InlineData("form", "format")]
    public async Task An_edited_member_fails_the_check_that_names_it(string check, string path)
    {
        var receipt = await MakeAsync();
        Edit(receipt, path.Split('.'));
        var verdict = (await ReceiptScene.VerifyAsync(CanonicalJson.Canonicalize(receipt))).Verdict;
        Assert.Equal(1, verdict.ExitCode);
        Assert.Equal(CheckOutcome.Failed, verdict.Checks.Single(one => one.Name == check).Outcome);
    }

    [Theory]
    [InlineData("envelope")]
    [InlineData("ledger")]
    [InlineData("checkpoints")]
    [InlineData("receipts")]
    [InlineData("index")]
    [InlineData("record_hash")]
    [InlineData("format")]
    [InlineData("ledger.origin")]
    [InlineData("checkpoints.0.note")]
    [InlineData("checkpoints.0.path")]
    public async Task A_member_that_was_taken_out_is_missed_by_name(string path)
    {
        var receipt = await MakeAsync();
        var names = path.Split('.');
        Find(receipt, names.AsSpan(0, names.Length - 1)).AsObject().Remove(names[^1]);
        var verdict = (await ReceiptScene.VerifyAsync(CanonicalJson.Canonicalize(receipt))).Verdict;
        Assert.Equal((1, "form"), (verdict.ExitCode, Assert.Single(verdict.Checks).Name));
        Assert.Contains(names[^1], verdict.Checks[0].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("surprise")]
    [InlineData("ledger.surprise")]
    [InlineData("checkpoints.0.surprise")]
    [InlineData("receipts.0.surprise")]
    public async Task A_member_that_was_put_in_is_named(string path)
    {
        var receipt = await MakeAsync();
        var names = path.Split('.');
        Find(receipt, names.AsSpan(0, names.Length - 1)).AsObject()["surprise"] = 1;
        var verdict = (await ReceiptScene.VerifyAsync(CanonicalJson.Canonicalize(receipt))).Verdict;
        Assert.Equal(1, verdict.ExitCode);
        Assert.Contains("surprise", verdict.Checks[0].Detail, StringComparison.Ordinal);
    }

    /// <summary>Every bit of the file, with a record and a checkpoint's receipt in it. Only an anchor's owner's own words are free (docs/formats/predictions.md).</summary>
    [Fact]
    public async Task No_flipped_bit_goes_unseen()
    {
        var receipt = CanonicalJson.Canonicalize(await MakeAsync());
        var verifier = new PredictionReceiptVerifier(ReceiptScene.Trust);

        var (failed, neutral) = await BitFlips.AssertEachFailsAsync(
            receipt,
            async flipped => (await verifier.VerifyAsync(flipped, CancellationToken.None)).Verdict,
            @"^receipts\[\d+\]\.(anchor|remark|prepared_at|submitted_at|refresh_after|expected_at|reference|tree_size|block\.\w+)$"
        );

        Assert.Equal(receipt.Length * 8, failed + neutral);
        Assert.True(failed > neutral * 20, $"{failed} failed, {neutral} neutral");
    }

    [Fact]
    public async Task The_record_of_another_prediction_is_not_taken_even_under_its_own_envelope()
    {
        var one = JsonNode.Parse(await _scene.GetAsync(await _scene.PredictAsync(PredictionMode.Batched), withRecord: true))!;
        var other = JsonNode.Parse(await _scene.GetAsync(await _scene.PredictAsync(PredictionMode.Batched), withRecord: true))!;
        foreach (var name in new[] { "record", "record_hash", "envelope", "index", "checkpoints" })
        {
            one[name] = other[name]!.DeepClone();
        }

        var verdict = (await ReceiptScene.VerifyAsync(CanonicalJson.Canonicalize(one))).Verdict;
        Assert.Equal(
            ["subject", "record"],
            verdict.Checks.Where(check => check.Outcome is CheckOutcome.Failed).Select(check => check.Name)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{\"decision_id\":1,\"decision_id\":2}")]
    public async Task What_is_not_json_is_bad_input(string text) =>
        await Assert.ThrowsAsync<BadInputException>(() => ReceiptScene.VerifyAsync(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    [InlineData("not json", false)]
    [InlineData("{\"format\":\"hallmark/receipt/v1\"}", false)]
    [InlineData("{\"format\":1}", false)]
    [InlineData("{\"format\":\"hallmark/prediction-receipt/v2\"}", true)]
    [InlineData("{\"decision_id\":null}", true)]
    public void What_means_to_be_a_receipt_is_told_from_other_files(string text, bool isReceipt) =>
        Assert.Equal(isReceipt, PredictionReceiptJson.IsReceipt(Encoding.UTF8.GetBytes(text)));

    private async Task<JsonObject> MakeAsync()
    {
        var decision = await _scene.PredictAsync(PredictionMode.Batched);
        await _scene.PredictAsync(PredictionMode.Batched);
        await _scene.AnchorLatestAsync(Core.Anchoring.ReceiptState.Final);
        return JsonNode.Parse(await _scene.GetAsync(decision, withRecord: true))!.AsObject();
    }

    private static JsonNode Find(JsonNode node, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!;
        }

        return node;
    }

    private static void Edit(JsonObject receipt, string[] path)
    {
        var value = Find(receipt, path);
        JsonNode edited = value.GetValueKind() switch
        {
            JsonValueKind.Number => value.GetValue<long>() + 1,
            _ when path[^1] == "target" => "letter",
            _ when path[^1] == "note" => value.GetValue<string>().Replace("ledger.example", "ledger.exbmple", StringComparison.Ordinal),
            _ => OtherText(value.GetValue<string>()),
        };
        if (value.Parent is JsonArray list)
        {
            list[value.GetElementIndex()] = edited;
        }
        else
        {
            value.Parent![value.GetPropertyName()] = edited;
        }
    }

    private static string OtherText(string text)
    {
        var at = Math.Max(0, text.Length - 4);
        return text[..at] + (text[at] == '1' ? '2' : '1') + text[(at + 1)..];
    }
}
