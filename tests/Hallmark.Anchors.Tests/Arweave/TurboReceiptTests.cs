using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Core.Checks;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary><c>receipts.json</c>: what a real bundler answered, and what was changed in it.</summary>
public sealed class TurboReceiptTests
{
    private static readonly IReadOnlyList<JsonElement> Vectors = Ans104Vectors.List("receipts.json", "receipts");

    [Fact]
    public void Receipts_verify_with_any_salt_and_fail_wherever_a_signed_member_was_changed()
    {
        Assert.Equal(16, Vectors.Count);
        foreach (var vector in Vectors)
        {
            var parsed = TurboReceipt.TryParse(Bytes(vector), out var receipt, out _);
            var outcome = parsed ? Outcome(Verify(receipt!), "receipt_signature") : CheckOutcome.Failed;
            Assert.True(
                outcome == (vector.GetProperty("valid").GetBoolean() ? CheckOutcome.Passed : CheckOutcome.Failed),
                vector.Text("name")
            );
            if (parsed)
            {
                Assert.Equal(vector.Hex("signedMessageSha384Hex"), receipt!.ComputeSignedMessage());
            }
        }
    }

    [Fact]
    public void A_bundler_s_receipts_are_for_the_items_that_it_was_sent()
    {
        var fromBundler = Vectors
            .Where(vector => vector.Text("name").StartsWith("bundler receipt for ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(4, fromBundler.Count);
        foreach (var vector in fromBundler)
        {
            var item = DataItem.Parse(Ans104Vectors.Item(vector.Text("name")["bundler receipt for ".Length..]).Base64("itemBase64"));
            var receipt = TurboReceipt.Parse(Bytes(vector));
            var checks = receipt.Verify(
                item,
                new TurboReceiptExpectation
                {
                    BundlerAddresses = [receipt.BundlerAddress],
                    NotBefore = receipt.Timestamp.AddMinutes(-1),
                    NotAfter = receipt.Timestamp.AddMinutes(1),
                    Height = receipt.DeadlineHeight - 200,
                }
            );
            Assert.All(checks, check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
        }
    }

    [Fact]
    public void A_receipt_for_another_item_is_refused() =>
        Assert.Equal(CheckOutcome.Failed, Outcome(Receipt().Verify(Item("ed25519-minimal"), new()), "receipt_item"));

    [Fact]
    public void A_receipt_of_another_wallet_is_refused() =>
        Assert.Equal(
            CheckOutcome.Failed,
            Outcome(Receipt(members => members["owner"] = new string('A', 43)).Verify(Item("ed25519-full"), new()), "receipt_item")
        );

    [Fact]
    public void A_receipt_signed_by_a_bundler_that_nobody_trusts_is_refused()
    {
        var checks = Receipt().Verify(Item("ed25519-full"), new() { BundlerAddresses = [new string('A', 43)] });
        Assert.Equal(CheckOutcome.Passed, Outcome(checks, "receipt_signature"));
        Assert.Equal(CheckOutcome.Failed, Outcome(checks, "receipt_bundler"));
    }

    [Fact]
    public void A_receipt_whose_bundler_nobody_pinned_is_signed_but_never_verified()
    {
        var checks = Verify(Receipt());
        Assert.Equal(CheckOutcome.Passed, Outcome(checks, "receipt_signature"));
        Assert.Equal(CheckOutcome.NotRun, Outcome(checks, "receipt_bundler"));
        Assert.Equal(VerdictStatus.Incomplete, new Verdict("receipt", [.. checks]).Status);
    }

    [Fact]
    public void What_nobody_gave_to_hold_against_is_not_checked_and_not_required()
    {
        var checks = Receipt().Verify(Item("ed25519-full"), new() { BundlerAddresses = [Receipt().BundlerAddress] });
        Assert.Equal(CheckOutcome.NotRun, Outcome(checks, "receipt_time"));
        Assert.Equal(CheckOutcome.NotRun, Outcome(checks, "receipt_deadline"));
        Assert.Equal(VerdictStatus.Verified, new Verdict("receipt", checks).Status);
    }

    [Theory]
    [InlineData(1, 2, null, "receipt_time")]
    [InlineData(-2, -1, null, "receipt_time")]
    [InlineData(-1, 1, 0L, "receipt_deadline")]
    [InlineData(-1, 1, 500L, "receipt_deadline")]
    public void A_time_or_deadline_that_cannot_be_is_refused(int minutesBefore, int minutesAfter, long? above, string failed)
    {
        var receipt = Receipt();
        var checks = receipt.Verify(
            Item("ed25519-full"),
            new()
            {
                NotBefore = receipt.Timestamp.AddMinutes(minutesBefore),
                NotAfter = receipt.Timestamp.AddMinutes(minutesAfter),
                Height = above is { } blocks ? receipt.DeadlineHeight + blocks : null,
            }
        );
        Assert.Equal(CheckOutcome.Failed, Outcome(checks, failed));
    }

    [Fact]
    public void What_is_not_signed_is_kept_apart_from_what_is()
    {
        var receipt = Receipt(members =>
        {
            members["winc"] = "999";
            members["dataCaches"] = new JsonArray("evil.example", 5);
        });
        Assert.Equal(CheckOutcome.Passed, Outcome(Verify(receipt), "receipt_signature"));
        Assert.Equal("999", receipt.Unattested.Winc);
        Assert.Equal(["evil.example"], receipt.Unattested.DataCaches);
    }

    [Theory]
    [InlineData("id", "\"P3EaypHjmYU9qCWeC2w65m8dyGP4YK_GGR1JIqNOwyF\"")]
    [InlineData("id", "\"short\"")]
    [InlineData("id", "null")]
    [InlineData("version", "\"\"")]
    [InlineData("version", "\"0.2.0 \"")]
    [InlineData("version", "2")]
    [InlineData("timestamp", "1795221767468.0")]
    [InlineData("timestamp", "1.795221767468e12")]
    [InlineData("timestamp", "\"1795221767468\"")]
    [InlineData("timestamp", "-1")]
    [InlineData("timestamp", "253402300800000")]
    [InlineData("deadlineHeight", "9223372036854775808")]
    [InlineData("deadlineHeight", "null")]
    [InlineData("public", "\"AQAB\"")]
    [InlineData("signature", "\"\"")]
    public void A_member_that_is_not_what_it_should_be_makes_no_receipt(string member, string value)
    {
        var json = JsonNode.Parse(Bytes(Vectors[0]))!.AsObject();
        json[member] = JsonNode.Parse(value);
        Assert.False(TurboReceipt.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out var reason));
        Assert.Contains(member, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"id\":1")]
    public void What_is_no_receipt_at_all_is_refused_with_one_clear_error(string text) =>
        Assert.Throws<TurboReceiptException>(() => TurboReceipt.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_member_given_twice_and_an_endless_answer_are_refused()
    {
        var twice = Encoding.UTF8.GetString(Bytes(Vectors[0])).Replace("{", "{\"version\":\"9\",", StringComparison.Ordinal);
        Assert.False(TurboReceipt.TryParse(Encoding.UTF8.GetBytes(twice), out _, out _));
        Assert.False(TurboReceipt.TryParse(new byte[TurboReceipt.MaxSizeInBytes + 1], out _, out _));
    }

    [Fact]
    public void A_flipped_bit_of_a_signed_member_the_key_or_the_signature_is_always_noticed()
    {
        var bytes = Bytes(Vectors.Single(vector => vector.Text("name") == "synthetic, salt 32"));
        var random = new Random(104);
        var item = Item("ed25519-full");
        var trusted = new TurboReceiptExpectation { BundlerAddresses = [TurboReceipt.Parse(bytes).BundlerAddress] };
        var text = Encoding.UTF8.GetString(bytes);
        foreach (var member in new[] { "id", "timestamp", "version", "deadlineHeight", "public", "signature" })
        {
            var start = text.IndexOf($"\"{member}\":", StringComparison.Ordinal) + member.Length + 3;
            var length = JsonNode.Parse(bytes)![member]!.ToJsonString().Length;
            for (var trial = 0; trial < 40; trial++)
            {
                var flipped = (byte[])bytes.Clone();
                flipped[start + random.Next(length)] ^= (byte)(1 << random.Next(8));
                Assert.False(
                    TurboReceipt.TryParse(flipped, out var receipt, out _)
                        && new Verdict("receipt", receipt.Verify(item, trusted)).Status == VerdictStatus.Verified,
                    $"{member}: {Encoding.Latin1.GetString(flipped, start, Math.Min(length, 60))}"
                );
            }
        }
    }

    private static DataItem Item(string name) => DataItem.Parse(Ans104Vectors.Item(name).Base64("itemBase64"));

    private static byte[] Bytes(JsonElement vector) =>
        Encoding.UTF8.GetBytes(JsonNode.Parse(vector.GetProperty("receipt").GetRawText())!.ToJsonString());

    private static TurboReceipt Receipt(Action<JsonObject>? change = null)
    {
        var members = JsonNode
            .Parse(Bytes(Vectors.Single(vector => vector.Text("name") == "bundler receipt for ed25519-full")))!
            .AsObject();
        change?.Invoke(members);
        return TurboReceipt.Parse(Encoding.UTF8.GetBytes(members.ToJsonString()));
    }

    private static IReadOnlyList<Check> Verify(TurboReceipt receipt) => receipt.Verify(Item("ed25519-full"), new());

    private static CheckOutcome Outcome(IEnumerable<Check> checks, string name) => checks.Single(check => check.Name == name).Outcome;
}
