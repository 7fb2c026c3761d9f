using System.Text.Json.Nodes;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Notes;

namespace Hallmark.Core.Tests.Checkpoints;

/// <summary>The form of a handover (docs/formats/ledger.md), member by member: who signs is a key that retires, and may write what he likes.</summary>
public sealed class KeyHandoverFormTests
{
    private const string NoForm = "it is no envelope of a handover in canonical form";
    private const string NoKeys = "it does not name two checkpoint keys of the ledger";
    private const string NoSignature = "it is not signed by the key that it retires";
    private const string NotAccepted = "the successor did not accept it with a signature of its own";
    private const string Elsewhere = "it speaks of another ledger";

    private static readonly ReadOnlyMemory<byte> Good = HandedOverLog.Handover(1, 2).Envelope;

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"ledger_key_succeeded\"")]
    [InlineData("{\"event_type\":\"ledger_key_succeeded\"}")]
    [InlineData("{\"event_type\":\"ledger_key_succeeded\",\"spec_version\":\"hallmark/v1\"}")]
    [InlineData("{\"event_type\":\"ledger_key_succeeded\",\"payload\":{},\"spec_version\":\"hallmark/v1\"}")]
    [InlineData(
        "{\"event_type\":\"ledger_key_succeeded\",\"payload\":[],\"payload_hash\":\"a\",\"previous_hash\":\"b\",\"spec_version\":\"hallmark/v1\"}"
    )]
    [InlineData("")]
    [InlineData("{")]
    public void What_has_not_the_members_of_a_handover_is_none(string text) => Refuse(System.Text.Encoding.UTF8.GetBytes(text), NoForm);

    [Theory]
    [InlineData("payload", NoForm)]
    [InlineData("previous_hash", NoForm)]
    [InlineData("public_key", NoSignature)]
    [InlineData("signature", NoSignature)]
    [InlineData("event_id", NoSignature)] // signed, so that leaving it out breaks the signature
    public void A_member_that_was_taken_out_is_missed(string name, string why)
    {
        var without = Parse();
        Assert.True(without.Remove(name));
        Refuse(CanonicalJson.Canonicalize(without), why);
    }

    [Theory]
    [InlineData("previous_hash", "null", NoForm)]
    [InlineData("previous_hash", "7", NoForm)]
    [InlineData("payload_hash", "null", NoForm)]
    [InlineData("payload_hash", "\"00\"", NoSignature)]
    [InlineData("event_type", "7", NoForm)]
    [InlineData("spec_version", "\"hallmark/v1.1\"", NoForm)]
    [InlineData("public_key", "7", NoSignature)]
    [InlineData("signature", "7", NoSignature)]
    public void A_member_of_another_kind_is_told(string name, string json, string why)
    {
        var changed = Parse();
        changed[name] = JsonNode.Parse(json);
        Refuse(CanonicalJson.Canonicalize(changed), why);
    }

    /// <summary>Sealed anew by the very key that retires: whatever it may sign, these are no handovers.</summary>
    [Theory]
    [InlineData("origin", "null", Elsewhere)]
    [InlineData("origin", "7", Elsewhere)]
    [InlineData("origin", "\"log.example/keys \"", Elsewhere)]
    [InlineData("origin", "\"LOG.example/keys\"", Elsewhere)]
    [InlineData("retired_key", "null", NoKeys)]
    [InlineData("retired_key", "7", NoKeys)]
    [InlineData("successor_key", "null", NoKeys)]
    [InlineData("successor_key", "[]", NoKeys)]
    [InlineData("acceptance", "null", NotAccepted)]
    [InlineData("acceptance", "7", NotAccepted)]
    [InlineData("acceptance", "\"\"", NotAccepted)]
    public void A_payload_with_a_member_of_another_kind_is_none(string name, string json, string why) =>
        Refuse(Seal(payload => payload[name] = JsonNode.Parse(json)), why);

    [Fact]
    public void A_key_that_cosigns_as_a_witness_is_no_checkpoint_key_of_the_log()
    {
        var (retired, successor) = (
            NoteVerifierKey.ForCosignature(HandedOverLog.Origin, HandedOverLog.Key(1).PublicKey),
            NoteVerifierKey.ForCosignature(HandedOverLog.Origin, HandedOverLog.Key(2).PublicKey)
        );
        Refuse(Seal(payload => payload["retired_key"] = retired.ToString()), NoKeys);
        Refuse(Seal(payload => payload["successor_key"] = successor.ToString()), NoKeys);
    }

    /// <summary>The same signature in capitals would be a second entry of the same meaning that anybody could make.</summary>
    [Fact]
    public void A_signature_in_capitals_is_none_though_it_verifies()
    {
        var capitals = Parse();
        capitals["signature"] = ((string)capitals["signature"]!).ToUpperInvariant();
        Assert.True(EnvelopeVerifier.Verify(capitals).IsOk);
        Refuse(CanonicalJson.Canonicalize(capitals), NoSignature);
    }

    /// <summary>Signed with the key in capitals the envelope verifies too; the key that it retires is named in small letters.</summary>
    [Fact]
    public void A_signer_in_capitals_is_another_name_for_the_key_and_not_taken()
    {
        var draft = Parse();
        draft.Remove("signature");
        draft["public_key"] = ((string)draft["public_key"]!).ToUpperInvariant();
        var signature = new byte[64];
        HandedOverLog.Key(1).Sign(CanonicalJson.Canonicalize(draft), signature);
        draft["signature"] = Convert.ToHexStringLower(signature);
        Assert.True(EnvelopeVerifier.Verify(draft).IsOk);
        Refuse(CanonicalJson.Canonicalize(draft), NoSignature);
    }

    [Fact]
    public void What_more_the_signer_writes_is_signed_and_changes_nothing_of_the_handover()
    {
        var draft = Parse();
        draft.Remove("signature");
        draft["remark"] = "for people";
        var bytes = EnvelopeSealer.Seal(draft, HandedOverLog.Key(1)).Bytes;
        var handover = KeyHandover.Read(HandedOverLog.Origin, bytes.Span, out var fault)!;
        Assert.Equal(("", HandedOverLog.Vkey(2)), (fault, handover.Successor));
    }

    [Fact]
    public void Acceptance_is_128_hex_digits_and_not_one_more_or_less()
    {
        var acceptance = (string)Parse()["payload"]!["acceptance"]!;
        Assert.Equal(128, acceptance.Length);
        foreach (
            var wrong in new[]
            {
                acceptance[..^1],
                acceptance[..^2],
                acceptance + "0",
                acceptance + "00",
                acceptance[..^1] + "g",
                " " + acceptance[1..],
            }
        )
        {
            Refuse(Seal(payload => payload["acceptance"] = wrong), NotAccepted);
        }
    }

    /// <summary>The five lines that the page gives, signed by the successor.</summary>
    [Fact]
    public void The_successor_signs_the_five_lines_of_the_page()
    {
        var payload = (JsonObject)Parse()["payload"]!;
        var lines =
            $"hallmark/ledger-key-acceptance/v1\n{HandedOverLog.Origin}\n{HandedOverLog.Vkey(1)}\n{HandedOverLog.Vkey(2)}\n{EnvelopeDrafts.Genesis}\n";
        var acceptance = Convert.FromHexString((string)payload["acceptance"]!);
        Assert.True(HandedOverLog.Key(2).PublicKey.Verify(System.Text.Encoding.UTF8.GetBytes(lines), acceptance));
        Assert.Equal(
            (HandedOverLog.Origin, HandedOverLog.Vkey(1).ToString(), HandedOverLog.Vkey(2).ToString()),
            ((string)payload["origin"]!, (string)payload["retired_key"]!, (string)payload["successor_key"]!)
        );
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("")]
    [InlineData("plus+sign")]
    public void An_origin_that_is_no_keys_name_is_refused_before_anything_is_signed(string origin) =>
        Assert.Throws<ArgumentException>(() => HandedOverLog.Handover(1, 2, origin: origin));

    [Fact]
    public void A_claim_is_known_by_its_event_and_profile_whether_it_holds_or_not()
    {
        Assert.True(KeyHandover.IsClaimedBy("{\"event_type\":\"ledger_key_succeeded\",\"spec_version\":\"hallmark/v1\"}"u8));
        Assert.False(KeyHandover.IsClaimedBy("{\"event_type\":\"ledger_key_succeeded\"}"u8));
        Assert.False(KeyHandover.IsClaimedBy("[{\"event_type\":\"ledger_key_succeeded\",\"spec_version\":\"hallmark/v1\"}]"u8));
        Assert.False(KeyHandover.IsClaimedBy(default));
        Assert.Equal("ledger:x", KeyHandover.SubjectKey("x"));
    }

    private static void Refuse(ReadOnlyMemory<byte> entry, string why)
    {
        Assert.Null(KeyHandover.Read(HandedOverLog.Origin, entry.Span, out var fault));
        Assert.Equal(why, fault);
    }

    private static JsonObject Parse() => (JsonObject)JsonNode.Parse(Good.Span)!;

    private static ReadOnlyMemory<byte> Seal(Action<JsonObject> change)
    {
        var draft = Parse();
        draft.Remove("signature");
        draft.Remove("payload_hash");
        change((JsonObject)draft["payload"]!);
        return EnvelopeSealer.Seal(draft, HandedOverLog.Key(1)).Bytes;
    }
}
