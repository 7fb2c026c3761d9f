using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Envelopes;

/// <summary>Every profile: minted, verified, and every member of it changed, removed, renamed or joined by another.</summary>
public sealed class EnvelopeProfileTests : IDisposable
{
    private const string Id = "1818e811-892f-402b-923f-0824128b2f33";
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 1, 14, TimeSpan.Zero);
    private static readonly byte[] Record = "{\"hash\":\"aa\"}"u8.ToArray();
    private static readonly string Hash = CanonicalJson.Sha256Hex(StrictJson.Parse(Record));
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.FromSeed(Enumerable.Range(7, 32).Select(i => (byte)i).ToArray());

    public static TheoryData<string> Profiles { get; } = [.. SpecVersion.Accepted];

    public void Dispose() => _key.Dispose();

    [Theory]
    [MemberData(nameof(Profiles))]
    public void No_member_can_be_changed_removed_renamed_or_added_unnoticed(string profile)
    {
        var minted = EnvelopeSealer.Seal(Draft(profile), _key);
        Assert.True(EnvelopeVerifier.Verify(minted.Bytes.Span, Record).IsOk);
        foreach (var (name, value) in minted.View.Members)
        {
            AssertBroken(minted, envelope => envelope[name] = value is JsonValue ? (string)value! + "0" : new JsonObject());
            AssertBroken(minted, envelope => envelope[name] = null);
            AssertBroken(minted, envelope => envelope[name] = new JsonArray(value?.DeepClone()));
            AssertBroken(minted, envelope => envelope.Remove(name));
            AssertBroken(
                minted,
                envelope =>
                {
                    envelope.Remove(name);
                    envelope[name.ToUpperInvariant()] = value?.DeepClone();
                }
            );
        }

        AssertBroken(minted, envelope => envelope["extra"] = null);
        if (minted.View.Subject is not null)
        {
            AssertBroken(minted, envelope => envelope["subject"]!["_x"] = 1);
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Co_signatures_are_outside_the_signature_whatever_they_hold(string profile)
    {
        var minted = EnvelopeSealer.Seal(Draft(profile), _key);
        foreach (var coSignatures in new JsonNode?[] { null, new JsonArray(), new JsonArray("x"), "x" })
        {
            var signed = Changed(minted, envelope => envelope["co_signatures"] = coSignatures);
            Assert.True(EnvelopeVerifier.Verify(signed, Record).IsOk);
        }

        AssertBroken(minted, envelope => envelope["Co_signatures"] = new JsonArray());
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_minor_version_keeps_the_rules_of_its_major(string profile)
    {
        foreach (var minor in new[] { "", ".0", ".12" })
        {
            var draft = Draft(profile);
            draft["spec_version"] = profile + minor;
            var minted = EnvelopeSealer.Seal(draft, _key);
            Assert.True(EnvelopeVerifier.Verify(minted.Bytes.Span, Record).IsOk);
            Assert.Equal(
                profile == SpecVersion.Mlflow,
                EnvelopeVerifier.Verify(Changed(minted, envelope => envelope["_note"] = "later"), Record).SignatureOk
            );
        }

        foreach (var other in new[] { "v2", "v1.", "v1.x", "v1.1.1", "v01", "v1 ", "v1.٣" })
        {
            var draft = Draft(profile);
            draft["spec_version"] = profile.Replace("v1", other, StringComparison.Ordinal);
            Assert.Equal(
                SealRefusal.UnsupportedSpecVersion,
                Assert.Throws<SealRefusedException>(() => EnvelopeSealer.Seal(draft, _key)).Refusal
            );
        }
    }

    [Fact]
    public void Legacy_envelopes_are_refused_unless_asked_for_and_leave_underscores_unsigned()
    {
        foreach (var withNull in new[] { false, true })
        {
            var envelope = new JsonObject
            {
                ["event_id"] = Id,
                ["payload_hash"] = Hash,
                ["public_key"] = _key.PublicKey.Hex,
            };
            if (withNull)
            {
                envelope["spec_version"] = null;
            }

            var signature = new byte[Ed25519PublicKey.SignatureSizeInBytes];
            _key.Sign(SignedScope.BytesOf(envelope), signature);
            envelope["signature"] = Convert.ToHexStringLower(signature);
            envelope["_later"] = 1;
            var refused = EnvelopeVerifier.Verify(envelope, Record);
            Assert.True(refused is { IsOk: false, IsLegacy: true, SignatureOk: true, SpecVersionOk: false });
            Assert.True(EnvelopeVerifier.Verify(envelope, Record, allowLegacy: true).IsOk);
            Assert.Equal("legacy", (string?)CommitmentVerification.Verify(envelope, Record).ToJson()["spec_version_status"]);
            // A null stays in the signed bytes, so it cannot be added or taken away.
            if (!envelope.Remove("spec_version"))
            {
                envelope["spec_version"] = null;
            }

            Assert.False(EnvelopeVerifier.Verify(envelope, Record, allowLegacy: true).SignatureOk);
        }
    }

    [Fact]
    public void Promoted_profiles_disclose_and_the_minimal_one_does_not()
    {
        foreach (var profile in SpecVersion.Accepted)
        {
            var view = EnvelopeSealer.Seal(Draft(profile), _key).View;
            var isPromoted = profile != SpecVersion.Events;
            Assert.Equal(isPromoted, view.EventType is not null && view.Subject is not null && view.PreviousHash == EnvelopeDrafts.Genesis);
            Assert.Equal(isPromoted ? null : "production", view.Environment);
            Assert.Equal(profile == SpecVersion.Agent, view.HasPayload);
            Assert.Equal((Id, profile), (view.EventId, view.SpecVersion));
        }
    }

    [Fact]
    public void Content_hashes_are_found_by_role_in_any_case_and_do_not_decide_about_the_envelope()
    {
        var payload = StrictJson.Parse("""{"hash":"AA","baseline":{"hash":"bb"},"observed":{"hash":"cc"}}"""u8);
        foreach (
            var (eventType, hash, role) in new (string, string, ContentRole?)[]
            {
                (AgentEvents.AssetRegistered, "aa", ContentRole.Asset),
                (AgentEvents.AssetRegistered, "bb", null),
                (AgentEvents.AssetMissing, "BB", ContentRole.Baseline),
                (AgentEvents.AssetMissing, "cc", null),
                (AgentEvents.TamperDetected, "cc", ContentRole.Observed),
                (AgentEvents.TamperDetected, "bb", ContentRole.Baseline),
                (AgentEvents.TamperDetected, "aa", null),
                (AgentEvents.PolicyChanged, "aa", null),
                (AgentEvents.KeyRetired, "aa", null),
                (AgentEvents.VerificationCheckpoint, "aa", null),
            }
        )
        {
            var minted = EnvelopeSealer.Seal(
                EnvelopeDrafts.Agent(Id, eventType, AgentEvents.Subject("t", "a"), payload, EnvelopeDrafts.Genesis, Time),
                _key
            );
            var result = EnvelopeVerifier.Verify(minted.Bytes.Span, expectedContentHash: hash);
            Assert.Equal((true, role is not null, role), (result.IsOk, result.ContentHashOk, result.ContentRole));
        }

        Assert.Empty(
            ContentHash.Of(
                new JsonObject
                {
                    ["event_type"] = AgentEvents.TamperDetected,
                    ["payload"] = new JsonObject
                    {
                        ["observed"] = "x",
                        ["baseline"] = new JsonObject { ["hash"] = 7 },
                    },
                }
            )
        );
        Assert.Empty(ContentHash.Of(new JsonObject { ["event_type"] = AgentEvents.AssetRegistered, ["payload"] = "x" }));
    }

    private static JsonObject Draft(string profile) =>
        profile switch
        {
            SpecVersion.Agent => EnvelopeDrafts.Agent(
                Id,
                AgentEvents.AssetRegistered,
                AgentEvents.Subject("t", "a"),
                StrictJson.Parse(Record),
                EnvelopeDrafts.Genesis,
                Time
            ),
            SpecVersion.Mlflow => EnvelopeDrafts.Mlflow(
                Id,
                MlflowEvents.ModelRegistered,
                MlflowEvents.ModelVersionSubject("m", "1"),
                Hash,
                EnvelopeDrafts.Genesis,
                Time
            ),
            SpecVersion.Events => EnvelopeDrafts.Events(Id, Hash, "production", Time),
            _ => EnvelopeDrafts.Hallmark(Id, "model.loaded", new JsonObject { ["type"] = "file" }, Hash, EnvelopeDrafts.Genesis, Time),
        };

    private static JsonObject Changed(SealedEnvelope minted, Action<JsonObject> change)
    {
        var envelope = (JsonObject)minted.View.Members.DeepClone();
        change(envelope);
        return envelope;
    }

    private static void AssertBroken(SealedEnvelope minted, Action<JsonObject> change)
    {
        var envelope = Changed(minted, change);
        Assert.False(EnvelopeVerifier.Verify(envelope, Record, allowLegacy: true).IsOk, envelope.ToJsonString());
        Assert.False(EnvelopeVerifier.Verify(CanonicalJson.Canonicalize(envelope), Record).IsOk);
    }
}
