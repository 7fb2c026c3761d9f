using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;

namespace Hallmark.Core.Tests.Anchoring;

public sealed class AnchorReceiptJsonTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData(ReceiptState.Prepared)]
    [InlineData(ReceiptState.Submitted)]
    [InlineData(ReceiptState.Confirmed)]
    [InlineData(ReceiptState.Final)]
    [InlineData(ReceiptState.Rejected)]
    public void A_receipt_reads_back_as_it_was_written(ReceiptState state)
    {
        foreach (var receipt in new[] { Small() with { State = state }, Full() with { State = state } })
        {
            var bytes = AnchorReceiptJson.Write(receipt);
            var again = AnchorReceiptJson.Parse(bytes);
            Assert.Equal(bytes, AnchorReceiptJson.Write(again));
            Assert.Equal(receipt with { Proof = again.Proof }, again);
            Assert.True(JsonNode.DeepEquals(receipt.Proof, again.Proof));
        }
    }

    [Fact]
    public void Members_that_are_not_known_yet_are_left_out()
    {
        var json = AnchorReceiptJson.ToJson(Small());
        Assert.Equal(
            ["format", "anchor", "world", "network", "target", "digest", "state", "prepared_at", "proof"],
            json.Select(member => member.Key)
        );
        Assert.Equal("2026-11-21T12:00:00.123Z", json["prepared_at"]!.GetValue<string>());
    }

    [Fact]
    public void The_proof_of_a_written_receipt_is_a_copy_that_later_changes_do_not_reach()
    {
        var receipt = Full();
        var json = AnchorReceiptJson.ToJson(receipt);
        receipt.Proof["item"] = "changed";
        Assert.Equal("AAEC", json["proof"]!["item"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("format", "\"hallmark/receipt/v2\"", "hallmark/receipt/v1")]
    [InlineData("anchor", "\"\"", "anchor")]
    [InlineData("anchor", "7", "anchor")]
    [InlineData("world", "null", "world")]
    [InlineData("target", "\"model\"", "envelope, checkpoint")]
    [InlineData("digest", "\"sha256:00\"", "digest")]
    [InlineData("digest", "\"sha512:00\"", "digest")]
    [InlineData("state", "\"verified\"", "prepared, submitted, confirmed, final, rejected")]
    [InlineData("prepared_at", "\"2026-11-21\"", "prepared_at")]
    [InlineData("prepared_at", "\"2026-11-21T12:00:00.000+01:00\"", "prepared_at")]
    [InlineData("tree_size", "-1", "tree_size")]
    [InlineData("tree_size", "1.5", "tree_size")]
    [InlineData("tree_size", "9007199254740993", "tree_size")]
    [InlineData("proof", "[]", "proof")]
    [InlineData("block", "{}", "height")]
    [InlineData("block", "{\"height\":1,\"colour\":2}", "colour")]
    [InlineData("winc", "\"0\"", "winc")]
    public void A_member_that_is_not_what_it_should_be_is_refused_by_name(string member, string value, string named)
    {
        var json = AnchorReceiptJson.ToJson(Full());
        json[member] = JsonNode.Parse(value);
        var refusal = Assert.Throws<BadInputException>(() => AnchorReceiptJson.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())));
        Assert.Contains(named, refusal.Message + string.Concat(refusal.Hints), StringComparison.Ordinal);
    }

    [Fact]
    public void A_receipt_without_one_of_its_required_members_is_refused()
    {
        foreach (var member in new[] { "format", "anchor", "world", "network", "target", "digest", "state", "prepared_at", "proof" })
        {
            var json = AnchorReceiptJson.ToJson(Full());
            json.Remove(member);
            Assert.Throws<BadInputException>(() => AnchorReceiptJson.Read(json));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"format\":\"hallmark/receipt/v1\",\"format\":\"hallmark/receipt/v1\"}")]
    [InlineData("{")]
    public void What_is_no_object_or_names_a_member_twice_is_refused(string text) =>
        Assert.Throws<BadInputException>(() => AnchorReceiptJson.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_receipt_that_is_too_large_is_refused_before_it_is_read()
    {
        var refusal = Assert.Throws<BadInputException>(() => AnchorReceiptJson.Parse(new byte[AnchorReceiptJson.MaxSizeInBytes + 1]));
        Assert.Contains("larger than", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_receipt_is_settled_when_nothing_more_will_come()
    {
        Assert.Equal(
            [ReceiptState.Final, ReceiptState.Rejected],
            Enum.GetValues<ReceiptState>().Where(state => (Small() with { State = state }).IsSettled)
        );
    }

    internal static AnchorReceipt Small() =>
        new()
        {
            Anchor = "turbo",
            World = "arweave",
            Network = "mainnet",
            Target = AnchorTarget.Envelope,
            Digest = Digest.Compute(DigestAlgorithm.Sha256, "envelope"u8),
            State = ReceiptState.Prepared,
            PreparedAt = Noon,
            Proof = [],
        };

    internal static AnchorReceipt Full() =>
        Small() with
        {
            Target = AnchorTarget.Checkpoint,
            TreeSize = 41,
            Reference = "P3EaypHjmYU9qCWeC2w65m8dyGP4YK_GGR1JIqNOwyE",
            SubmittedAt = Noon.AddSeconds(1),
            RefreshAfter = Noon.AddMinutes(1),
            ExpectedAt = Noon.AddMinutes(40),
            Block = new BlockPosition(1_812_334, "abc", Noon.AddMinutes(30), 6),
            Remark = "waiting for a block",
            Proof = new JsonObject { ["item"] = "AAEC", ["deep"] = new JsonArray(1, 2, 3) },
        };
}
