using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using static Hallmark.Core.Tests.Anchoring.AnchorReceiptJsonTests;

namespace Hallmark.Core.Tests.Anchoring;

/// <summary>Each bound of a receipt, at it and one beyond: what is written can be read again, and what could not be read is not written.</summary>
public sealed class ReceiptBoundTests
{
    public static TheoryData<string, int> TextBounds =>
        new()
        {
            { "anchor", 64 },
            { "world", 64 },
            { "network", 256 },
            { "reference", 2_048 },
            { "remark", 2_048 },
            { "block.id", 256 },
        };

    public static TheoryData<string> Numbers => ["tree_size", "block.height", "block.depth"];

    [Theory]
    [MemberData(nameof(TextBounds))]
    public void A_text_of_the_longest_length_is_kept_and_a_longer_or_empty_one_is_neither_written_nor_read(string member, int longest)
    {
        foreach (var letter in new[] { "x", "é", "\u202e", "\u0001", "\"" })
        {
            var text = string.Concat(Enumerable.Repeat(letter, longest));
            var receipt = With(member, text);
            Assert.Equal(
                AnchorReceiptJson.Write(receipt),
                AnchorReceiptJson.Write(AnchorReceiptJson.Parse(AnchorReceiptJson.Write(receipt)))
            );
            AssertRefused(member, With(member, text + "x"));
        }

        AssertRefused(member, With(member, ""));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_below_2_to_the_53rd_is_kept_and_no_other(string member)
    {
        foreach (var number in new[] { 0, 1, (1L << 53) - 2, (1L << 53) - 1 })
        {
            var again = AnchorReceiptJson.Parse(AnchorReceiptJson.Write(With(member, number)));
            Assert.Equal(
                number,
                member switch
                {
                    "tree_size" => again.TreeSize,
                    "block.height" => again.Block!.Height,
                    _ => again.Block!.Depth,
                }
            );
        }

        foreach (var number in new[] { -1, long.MinValue, 1L << 53, (1L << 53) + 2, long.MaxValue })
        {
            Assert.Throws<BadInputException>(() => AnchorReceiptJson.Write(With(member, number)));
            AssertUnread(member, With(member, number));
        }
    }

    [Fact]
    public void Half_a_character_in_any_text_is_refused_and_not_written_as_something_else()
    {
        foreach (var member in TextBounds.Select(row => (string)row[0]))
        {
            foreach (var half in new[] { "\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d" })
            {
                Assert.Throws<BadInputException>(() => AnchorReceiptJson.Write(With(member, half)));
            }
        }
    }

    [Fact]
    public void A_proof_as_deep_as_JSON_may_be_is_kept_and_a_deeper_one_is_refused()
    {
        // The receipt itself is the first level and the proof the second.
        var fits = Small() with
        {
            Proof = Nested(126),
        };
        Assert.True(JsonNode.DeepEquals(fits.Proof, AnchorReceiptJson.Parse(AnchorReceiptJson.Write(fits)).Proof));
        Assert.Throws<BadInputException>(() => AnchorReceiptJson.Write(Small() with { Proof = Nested(128) }));
    }

    [Fact]
    public void A_receipt_of_the_largest_size_is_kept_and_one_byte_more_is_refused()
    {
        var empty = AnchorReceiptJson.Write(Small() with { Proof = new JsonObject { ["p"] = "" } }).Length;
        var largest = Small() with { Proof = new JsonObject { ["p"] = new string('x', AnchorReceiptJson.MaxSizeInBytes - empty) } };
        var bytes = AnchorReceiptJson.Write(largest);
        Assert.Equal(AnchorReceiptJson.MaxSizeInBytes, bytes.Length);
        Assert.Equal(bytes, AnchorReceiptJson.Write(AnchorReceiptJson.Parse(bytes)));
        var larger = Small() with { Proof = new JsonObject { ["p"] = new string('x', AnchorReceiptJson.MaxSizeInBytes - empty + 1) } };
        Assert.Contains(
            "larger than",
            Assert.Throws<BadInputException>(() => AnchorReceiptJson.Write(larger)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_digest_of_another_algorithm_is_neither_written_nor_read()
    {
        foreach (var algorithm in Enum.GetValues<DigestAlgorithm>().Except([DigestAlgorithm.None, DigestAlgorithm.Sha256]))
        {
            AssertRefused("digest", Small() with { Digest = Digest.Compute(algorithm, "envelope"u8) });
        }
    }

    [Theory]
    [InlineData("2026-11-21T12:00:00Z")]
    [InlineData("2026-11-21T12:00:00.1Z")]
    [InlineData("2026-11-21T12:00:00.1234Z")]
    [InlineData("2026-11-21t12:00:00.123z")]
    [InlineData("2026-11-21 12:00:00.123Z")]
    [InlineData(" 2026-11-21T12:00:00.123Z")]
    [InlineData("2026-11-21T12:00:00.123Z ")]
    [InlineData("2026-11-21T24:00:00.000Z")]
    [InlineData("2026-11-21T12:00:60.000Z")]
    [InlineData("2026-02-29T12:00:00.000Z")]
    [InlineData("0000-01-01T00:00:00.000Z")]
    [InlineData("2026-11-21T12:00:00.123+00:00")]
    [InlineData("٢٠٢٦-11-21T12:00:00.123Z")]
    public void A_time_of_any_other_form_is_refused(string time)
    {
        foreach (var member in new[] { "prepared_at", "submitted_at", "refresh_after", "expected_at", "block.time" })
        {
            var json = AnchorReceiptJson.ToJson(Full());
            var (owner, name) = member.StartsWith("block.", StringComparison.Ordinal)
                ? (json["block"]!.AsObject(), member[6..])
                : (json, member);
            owner[name] = time;
            var refusal = Assert.Throws<BadInputException>(() => AnchorReceiptJson.Read(json));
            Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_time_is_the_same_moment_whatever_its_offset_and_from_the_first_to_the_last_there_is()
    {
        var noon = new DateTimeOffset(2026, 11, 21, 12, 0, 0, 123, TimeSpan.Zero);
        var bytes = AnchorReceiptJson.Write(Small() with { PreparedAt = noon });
        foreach (var hours in new[] { -12, -3.5, 5.75, 14 })
        {
            Assert.Equal(bytes, AnchorReceiptJson.Write(Small() with { PreparedAt = noon.ToOffset(TimeSpan.FromHours(hours)) }));
        }

        foreach (var edge in new[] { DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue })
        {
            var again = AnchorReceiptJson.Parse(AnchorReceiptJson.Write(Small() with { PreparedAt = edge }));
            Assert.InRange((edge - again.PreparedAt).Ticks, 0, TimeSpan.TicksPerMillisecond - 1);
            Assert.Equal(TimeSpan.Zero, again.PreparedAt.Offset);
        }
    }

    [Fact]
    public void Every_member_of_the_wrong_kind_is_refused_by_name()
    {
        var wrong = new[] { "null", "true", "7.5", "\"\"", "[]", "{\"a\":1}", "[\"x\"]" };
        foreach (var (member, sound) in AnchorReceiptJson.ToJson(Full()).ToList())
        {
            foreach (var value in wrong.Where(value => JsonNode.Parse(value)?.GetValueKind() != sound!.GetValueKind() || value == "\"\""))
            {
                var json = AnchorReceiptJson.ToJson(Full());
                json[member] = JsonNode.Parse(value);
                var refusal = Assert.Throws<BadInputException>(() => AnchorReceiptJson.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())));
                Assert.Contains(member, refusal.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', refusal.Message);
            }
        }
    }

    private static void AssertRefused(string member, AnchorReceipt receipt)
    {
        var name = member.Split('.')[^1];
        Assert.Contains(name, Assert.Throws<BadInputException>(() => AnchorReceiptJson.Write(receipt)).Message, StringComparison.Ordinal);
        AssertUnread(member, receipt);
    }

    private static void AssertUnread(string member, AnchorReceipt receipt)
    {
        var refusal = Assert.Throws<BadInputException>(() => AnchorReceiptJson.Read(AnchorReceiptJson.ToJson(receipt)));
        Assert.Contains(member.Split('.')[^1], refusal.Message, StringComparison.Ordinal);
    }

    private static AnchorReceipt With(string member, string text) =>
        member switch
        {
            "anchor" => Full() with { Anchor = text },
            "world" => Full() with { World = text },
            "network" => Full() with { Network = text },
            "reference" => Full() with { Reference = text },
            "remark" => Full() with { Remark = text },
            _ => Full() with { Block = Full().Block! with { Id = text } },
        };

    private static AnchorReceipt With(string member, long number) =>
        member switch
        {
            "tree_size" => Full() with { TreeSize = number },
            "block.height" => Full() with { Block = Full().Block! with { Height = number } },
            _ => Full() with { Block = Full().Block! with { Depth = number } },
        };

    private static JsonObject Nested(int levels)
    {
        var inner = new JsonObject();
        for (var level = 1; level < levels; level++)
        {
            inner = new JsonObject { ["p"] = inner };
        }

        return inner;
    }
}
