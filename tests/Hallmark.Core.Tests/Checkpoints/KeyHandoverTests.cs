using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Checkpoints;

/// <summary>The entry by which a log's key names its successor: two signatures, and nothing of it can be exchanged.</summary>
public sealed class KeyHandoverTests
{
    private static readonly ReadOnlyMemory<byte> Good = HandedOverLog.Handover(1, 2).Envelope;

    [Fact]
    public void A_handover_names_both_keys_and_is_an_envelope_that_verifies()
    {
        Assert.True(KeyHandover.IsClaimedBy(Good.Span));
        var handover = KeyHandover.Read(HandedOverLog.Origin, Good.Span, out var fault)!;
        Assert.Equal("", fault);
        Assert.Equal((HandedOverLog.Vkey(1), HandedOverLog.Vkey(2)), (handover.Retired, handover.Successor));
        Assert.Equal(EnvelopeDrafts.Genesis, handover.PreviousHash);
        Assert.True(EnvelopeVerifier.Verify(Good.Span) is { IsOk: true, PayloadHashOk: true });
    }

    [Fact]
    public void What_the_ledger_looks_it_up_by_fits_its_envelope()
    {
        var submission = HandedOverLog.Handover(1, 2, new string('a', 64));
        var handover = KeyHandover.Read(HandedOverLog.Origin, submission.Envelope.Span, out _)!;
        Assert.Equal(handover.PayloadHash, submission.PayloadHash);
        Assert.Equal(new string('a', 64), handover.PreviousHash);
        Assert.Equal((KeyHandover.Chain, handover.PreviousHash), (submission.Chain!.Chain, submission.Chain.ExpectedHead));
        Assert.Equal("ledger:" + HandedOverLog.Origin, submission.SubjectKey);
        Assert.Equal("00000000-0000-4000-8000-000000000001", submission.EventId);
    }

    [Fact]
    public void A_key_cannot_succeed_itself() => Assert.Throws<ArgumentException>(() => HandedOverLog.Handover(1, 1));

    [Fact]
    public void A_handover_of_another_log_is_none_of_this_one()
    {
        Assert.Null(KeyHandover.Read("log.example/other", Good.Span, out var fault));
        Assert.Contains("another ledger", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stranger_cannot_make_one_for_a_key_that_is_not_his()
    {
        // He signs the envelope himself and names the log's key as the one that retires.
        var stranger = HandedOverLog.Handover(9, 2).Envelope;
        Refuse(
            Seal(stranger, 9, payload => payload["retired_key"] = HandedOverLog.Vkey(1).ToString()),
            "not signed by the key that it retires"
        );

        // Or puts the log's public key over his signature.
        var copied = Parse(stranger);
        copied["public_key"] = HandedOverLog.Key(1).PublicKey.Hex;
        copied["payload"]!["retired_key"] = HandedOverLog.Vkey(1).ToString();
        copied["payload_hash"] = CanonicalJson.Sha256Hex(copied["payload"]);
        Refuse(CanonicalJson.Canonicalize(copied), "not signed by the key that it retires");
    }

    [Fact]
    public void A_successor_that_did_not_accept_is_none()
    {
        // The owner names a key of somebody else's, and signs himself what that one would have to.
        Refuse(Seal(Good, 1, payload => payload["successor_key"] = HandedOverLog.Vkey(3).ToString()), "did not accept");
        Refuse(Seal(Good, 1, payload => payload["acceptance"] = new string('0', 128)), "did not accept");
        Refuse(Seal(Good, 1, payload => payload["acceptance"] = "zz"), "did not accept");
        Refuse(Seal(Good, 1, payload => payload.Remove("acceptance")), "did not accept");
    }

    [Fact]
    public void An_acceptance_is_for_one_place_in_the_chain_and_one_pair_of_keys()
    {
        var acceptance = (string)Parse(HandedOverLog.Handover(1, 2, new string('b', 64)).Envelope)["payload"]!["acceptance"]!;
        Refuse(Seal(Good, 1, payload => payload["acceptance"] = acceptance), "did not accept");
        var ofOther = (string)Parse(HandedOverLog.Handover(3, 2).Envelope)["payload"]!["acceptance"]!;
        Refuse(Seal(Good, 1, payload => payload["acceptance"] = ofOther), "did not accept");
        var elsewhere = (string)Parse(HandedOverLog.Handover(1, 2, origin: "log.example/other").Envelope)["payload"]!["acceptance"]!;
        Refuse(Seal(Good, 1, payload => payload["acceptance"] = elsewhere), "did not accept");
    }

    [Theory]
    [InlineData("retired_key", "log.example/keys+00000000+AAAA")]
    [InlineData("retired_key", "")]
    [InlineData("successor_key", "x")]
    public void Keys_in_another_form_are_none(string member, string value) =>
        Refuse(Seal(Good, 1, payload => payload[member] = value), "two checkpoint keys");

    [Fact]
    public void Keys_of_another_name_are_none() =>
        Refuse(
            Seal(Good, 1, payload => payload["successor_key"] = HandedOverLog.Vkey(2, "log.example/other").ToString()),
            "two checkpoint keys"
        );

    [Fact]
    public void Only_the_canonical_form_counts_since_the_tree_is_over_bytes()
    {
        var spaced = Encoding.UTF8.GetBytes(Parse(Good).ToString());
        Assert.Null(KeyHandover.Read(HandedOverLog.Origin, spaced, out var fault));
        Assert.Contains("canonical form", fault, StringComparison.Ordinal);
        Assert.False(KeyHandover.IsClaimedBy(spaced));
    }

    [Theory]
    [InlineData("event_type", "ledger_key_succeeded.v2")]
    [InlineData("spec_version", "ario.mlflow/v1")]
    public void Another_event_or_profile_is_none(string member, string value)
    {
        var other = Parse(Good);
        other.Remove("signature");
        other[member] = value;
        var bytes = EnvelopeSealer.Seal(other, HandedOverLog.Key(1)).Bytes;
        Assert.False(KeyHandover.IsClaimedBy(bytes.Span));
        Assert.Null(KeyHandover.Read(HandedOverLog.Origin, bytes.Span, out _));
    }

    [Fact]
    public void An_event_that_merely_quotes_one_is_none()
    {
        var quoting = Encoding.UTF8.GetBytes(
            $"{{\"note\":{{\"event_type\":\"{KeyHandover.EventType}\"}},\"spec_version\":\"hallmark/v1\"}}"
        );
        Assert.False(KeyHandover.IsClaimedBy(quoting));
        Assert.False(KeyHandover.IsClaimedBy(Encoding.UTF8.GetBytes($"\"event_type\":\"{KeyHandover.EventType}\"")));
    }

    [Fact]
    public void No_bit_of_it_can_be_changed()
    {
        for (var bit = 0; bit < Good.Length * 8; bit++)
        {
            var changed = Good.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(KeyHandover.Read(HandedOverLog.Origin, changed, out var fault));
            Assert.NotEmpty(fault);
        }
    }

    private static void Refuse(ReadOnlyMemory<byte> entry, string why)
    {
        Assert.True(KeyHandover.IsClaimedBy(entry.Span));
        Assert.Null(KeyHandover.Read(HandedOverLog.Origin, entry.Span, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    private static JsonObject Parse(ReadOnlyMemory<byte> envelope) => (JsonObject)JsonNode.Parse(envelope.Span)!;

    // The envelope with another payload, signed anew by whoever has that key.
    private static ReadOnlyMemory<byte> Seal(ReadOnlyMemory<byte> envelope, int signer, Action<JsonObject> change)
    {
        var draft = Parse(envelope);
        draft.Remove("signature");
        draft.Remove("payload_hash");
        draft.Remove("public_key");
        change((JsonObject)draft["payload"]!);
        return EnvelopeSealer.Seal(draft, HandedOverLog.Key(signer)).Bytes;
    }
}
