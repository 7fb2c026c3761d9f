using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Envelopes;

public sealed class EnvelopeSealerTests : IDisposable
{
    private const string Id = "1818e811-892f-402b-923f-0824128b2f33";
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 13, 1, 14, TimeSpan.FromHours(1));
    private static readonly byte[] Record = "{\"a\":1}"u8.ToArray();
    private static readonly string Hash = CanonicalJson.Sha256Hex(StrictJson.Parse(Record));
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.FromSeed(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Every_profile_seals_and_verifies()
    {
        var agent = EnvelopeSealer.Seal(
            EnvelopeDrafts.Agent(
                Id,
                AgentEvents.AssetRegistered,
                AgentEvents.Subject("t", "a"),
                StrictJson.Parse(Record),
                EnvelopeDrafts.Genesis,
                Time
            ),
            _key
        );
        Assert.Equal(Hash, agent.View.PayloadHash);
        Assert.True(agent.View.HasPayload);
        Assert.Equal("2026-03-01T12:01:14.000Z", agent.View.SignedAt);
        foreach (var sealedEnvelope in new[] { Mlflow(), Hallmark(), Events(), agent })
        {
            var result = EnvelopeVerifier.Verify(sealedEnvelope.Bytes.Span, Record);
            Assert.True(result.IsOk, string.Join("; ", result.Errors));
            Assert.True(result.PayloadHashOk);
            Assert.Equal(CanonicalJson.Canonicalize(sealedEnvelope.View.Members), sealedEnvelope.Bytes.ToArray());
            Assert.Equal(_key.PublicKey.Hex, sealedEnvelope.View.PublicKey);
        }

        Assert.Equal("2026-03-01T12:01:14+00:00", Mlflow().View.SignedAt);
        Assert.InRange(Mlflow().Bytes.Length, 401, 699);
    }

    [Fact]
    public void No_byte_of_a_sealed_envelope_can_be_changed_unnoticed()
    {
        var bytes = Hallmark().Bytes.ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.False(EnvelopeVerifier.Verify(changed, Record).IsOk, $"byte {i}");
        }
    }

    [Fact]
    public void Another_record_does_not_pass_for_the_committed_one()
    {
        var result = EnvelopeVerifier.Verify(Mlflow().Bytes.Span, "{\"a\":2}"u8.ToArray());
        Assert.True(result.SignatureOk);
        Assert.False(result.PayloadHashOk);
        Assert.False(result.IsOk);
        Assert.Null(EnvelopeVerifier.Verify(Mlflow().Bytes.Span).PayloadHashOk);
    }

    [Fact]
    public void Members_with_an_underscore_are_unsigned_in_the_MLflow_profile_only()
    {
        foreach (var (envelope, stays) in new[] { (Mlflow(), true), (Hallmark(), false), (Events(), false) })
        {
            var annotated = (JsonObject)envelope.View.Members.DeepClone();
            annotated["_note"] = "added later";
            Assert.Equal(stays, EnvelopeVerifier.Verify(annotated).SignatureOk);
        }
    }

    [Fact]
    public void What_lies_outside_the_signed_scope_is_in_the_sealed_bytes_nevertheless()
    {
        var draft = EnvelopeDrafts.Mlflow(
            Id,
            MlflowEvents.Dataset,
            MlflowEvents.DatasetSubject("d", "1"),
            Hash,
            EnvelopeDrafts.Genesis,
            Time
        );
        draft["_tx"] = "x";
        draft["co_signatures"] = new JsonArray();
        var annotated = EnvelopeSealer.Seal(draft, _key);
        Assert.Equal("x", (string?)annotated.View.Members["_tx"]);
        Assert.NotNull(annotated.View.Members["co_signatures"]);
        Assert.True(EnvelopeVerifier.Verify(annotated.Bytes.Span).IsOk);
        Assert.Equal(CanonicalJson.Canonicalize(annotated.View.Members), annotated.Bytes.ToArray());
    }

    [Fact]
    public void The_signature_stands_in_its_place_whatever_the_names_around_it()
    {
        foreach (var name in new[] { "", "!", "sign", "signatur", "signature_alg", "signaturf", "zz", "é", "😀", "A\n", "\"" })
        {
            var draft = Draft(SpecVersion.Hallmark);
            draft[name] = new JsonObject { ["b"] = 1, ["a"] = "\"" };
            var minted = EnvelopeSealer.Seal(draft, _key);
            Assert.Equal(CanonicalJson.Canonicalize(minted.Bytes.Span), minted.Bytes.ToArray());
            Assert.True(EnvelopeVerifier.Verify(minted.Bytes.Span).IsOk);
        }
    }

    [Fact]
    public void What_must_not_be_signed_is_refused_and_left_as_it_was()
    {
        AssertRefused(SealRefusal.AlreadySigned, draft => draft["signature"] = null);
        AssertRefused(SealRefusal.NothingCommitted, draft => draft.Remove("payload_hash"));
        AssertRefused(SealRefusal.PayloadHashMismatch, draft => draft["payload"] = "another");
        AssertRefused(SealRefusal.PayloadHashMismatch, draft => draft["payload_hash"] = Hash.ToUpperInvariant());
        AssertRefused(SealRefusal.PayloadHashMismatch, draft => draft["payload_hash"] = 7);
        AssertRefused(SealRefusal.PayloadHashMismatch, draft => draft["payload_hash"] = Hash + "\n");
        AssertRefused(SealRefusal.OtherPublicKey, draft => draft["public_key"] = new string('0', 64));
        AssertRefused(SealRefusal.OtherPublicKey, draft => draft["public_key"] = null);
        AssertRefused(SealRefusal.UnsupportedSpecVersion, draft => draft["spec_version"] = "ario.mlflow/v2");
        AssertRefused(SealRefusal.UnsupportedSpecVersion, draft => draft.Remove("spec_version"));
        AssertRefused(SealRefusal.NotCanonical, draft => draft["x"] = double.NaN);
        AssertRefused(SealRefusal.NotCanonical, draft => draft["x"] = "\uDC00");
    }

    [Fact]
    public void A_public_key_that_is_the_signers_own_may_stand_there_already()
    {
        var draft = Draft(SpecVersion.Hallmark);
        draft["public_key"] = _key.PublicKey.Hex;
        Assert.Equal(Hallmark().Bytes.ToArray(), EnvelopeSealer.Seal(draft, _key).Bytes.ToArray());
    }

    [Fact]
    public void Drafts_refuse_texts_of_the_wrong_form()
    {
        var subject = MlflowEvents.RunSubject("r");
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Mlflow(Id, "model_loaded", subject, Hash, "GENESIS", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Mlflow(Id.ToUpperInvariant(), "dataset", subject, Hash, "GENESIS", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Mlflow(Id, "dataset", [], Hash, "GENESIS", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Mlflow(Id, "dataset", subject, Hash[1..], "GENESIS", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Mlflow(Id, "dataset", subject, Hash, "", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Hallmark(Id, "Model.Loaded", subject, Hash, "GENESIS", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Hallmark(Id, "model..loaded", subject, Hash, "GENESIS", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Hallmark(Id, new string('a', 65), subject, Hash, "GENESIS", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Agent(Id, "dataset", AgentEvents.Subject("t", "a"), null, "GENESIS", Time));
        Assert.Throws<ArgumentException>(() => EnvelopeDrafts.Events(Id, Hash, "staging", Time));
        Assert.Throws<ArgumentException>(() => EventRecord.ForContent(Hash, 1, eventType: "checkpoint"));
        Assert.Throws<ArgumentOutOfRangeException>(() => EventRecord.ForCheckpoint(Hash, 0, Time, Time));
    }

    private SealedEnvelope Mlflow() => EnvelopeSealer.Seal(Draft(SpecVersion.Mlflow), _key);

    private SealedEnvelope Hallmark() => EnvelopeSealer.Seal(Draft(SpecVersion.Hallmark), _key);

    private SealedEnvelope Events() => EnvelopeSealer.Seal(EnvelopeDrafts.Events(Id, Hash, "dev", Time, "file:///r"), _key);

    private static JsonObject Draft(string specVersion) =>
        specVersion == SpecVersion.Mlflow
            ? EnvelopeDrafts.Mlflow(
                Id,
                MlflowEvents.TrainingComplete,
                MlflowEvents.RunSubject("3f0c", "http://x"),
                Hash,
                EnvelopeDrafts.Genesis,
                Time
            )
            : EnvelopeDrafts.Hallmark(Id, "model.loaded", new JsonObject { ["type"] = "file" }, Hash, EnvelopeDrafts.Genesis, Time);

    private void AssertRefused(SealRefusal refusal, Action<JsonObject> alter)
    {
        var draft = Draft(SpecVersion.Hallmark);
        alter(draft);
        var names = draft.Select(member => member.Key).ToArray();
        var exception = Assert.Throws<SealRefusedException>(() => EnvelopeSealer.Seal(draft, _key));
        Assert.Equal((refusal, 2), (exception.Refusal, exception.ExitCode));
        Assert.Equal(names, draft.Select(member => member.Key));
    }
}
