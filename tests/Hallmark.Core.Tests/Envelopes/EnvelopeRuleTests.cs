using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Envelopes;

/// <summary>The rules of envelope family §4 and §5 one by one, on envelopes signed here whatever they say.</summary>
public sealed class EnvelopeRuleTests
{
    private static readonly Ed25519PrivateKey Key = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)9, 32)]);
    private static readonly byte[] Committed = "committed"u8.ToArray();
    private static readonly string CommittedHash = Convert.ToHexStringLower(SHA256.HashData(Committed));

    [Fact]
    public void An_upper_case_payload_hash_binds_nothing()
    {
        var envelope = Signed(new JsonObject { ["spec_version"] = "ario.mlflow/v1", ["payload_hash"] = CommittedHash.ToUpperInvariant() });
        var result = EnvelopeVerifier.Verify(envelope, Committed);
        Assert.True(result.SignatureOk);
        Assert.False(result.PayloadHashOk);
        Assert.False(result.IsOk);
        Assert.Equal("payload_hash does not match the committed bytes", Assert.Single(result.Errors));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("5")]
    [InlineData("[\"ff\"]")]
    [InlineData("{}")]
    public void A_payload_hash_that_is_no_string_binds_nothing_even_without_material(string json)
    {
        var result = EnvelopeVerifier.Verify(
            Signed(new JsonObject { ["spec_version"] = "ario.events/v1", ["payload_hash"] = JsonNode.Parse(json) })
        );
        Assert.True(result.SignatureOk);
        Assert.False(result.PayloadHashOk);
        Assert.False(result.IsOk);
        Assert.Contains("missing payload_hash", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_material_the_binding_is_undetermined_and_no_bytes_are_material()
    {
        var envelope = Signed(
            new JsonObject { ["spec_version"] = "ario.events/v1", ["payload_hash"] = Convert.ToHexStringLower(SHA256.HashData([])) }
        );
        Assert.Null(EnvelopeVerifier.Verify(envelope).PayloadHashOk);
        Assert.True(EnvelopeVerifier.Verify(envelope).IsOk);
        Assert.True(EnvelopeVerifier.Verify(envelope, ReadOnlyMemory<byte>.Empty).PayloadHashOk);
        Assert.False(EnvelopeVerifier.Verify(envelope, new byte[1]).PayloadHashOk);
        var other = Signed(new JsonObject { ["spec_version"] = "ario.events/v1", ["payload_hash"] = CommittedHash });
        Assert.False(EnvelopeVerifier.Verify(other, ReadOnlyMemory<byte>.Empty).PayloadHashOk);
    }

    [Fact]
    public void A_payload_that_is_null_is_a_payload()
    {
        var bound = Signed(Inline(null, CanonicalJson.Sha256Hex(null)));
        Assert.True(EnvelopeVerifier.Verify(bound).PayloadHashOk);
        var unbound = Signed(Inline(null, CommittedHash));
        Assert.False(EnvelopeVerifier.Verify(unbound).PayloadHashOk);
        Assert.False(EnvelopeVerifier.Verify(unbound, Committed).PayloadHashOk);
    }

    [Fact]
    public void Inline_payload_and_committed_bytes_must_both_match()
    {
        var payload = new JsonObject { ["a"] = 1 };
        var envelope = Signed(Inline(payload, CanonicalJson.Sha256Hex(payload)));
        Assert.True(EnvelopeVerifier.Verify(envelope, """{"a":1}"""u8.ToArray()).PayloadHashOk);
        Assert.False(EnvelopeVerifier.Verify(envelope, """{"a": 1}"""u8.ToArray()).PayloadHashOk);
    }

    [Theory]
    [InlineData("ario.mlflow/v1", false)]
    [InlineData("ario.mlflow/v1.0", false)]
    [InlineData("ario.mlflow/v1.12", false)]
    [InlineData(null, false)]
    [InlineData("ario.mlflow/v1.", true)]
    [InlineData("ario.mlflow/v2", true)]
    [InlineData("ario.agent/v1", true)]
    [InlineData("ario.events/v1.2", true)]
    [InlineData("hallmark/v1", true)]
    public void Annotations_are_signed_members_except_in_the_mlflow_profile_and_before_profiles(string? specVersion, bool isSigned)
    {
        var envelope = Signed(new JsonObject { ["spec_version"] = specVersion, ["payload_hash"] = CommittedHash });
        var annotated = (JsonObject)envelope.DeepClone();
        annotated["_note"] = "added later";
        Assert.Equal(!isSigned, EnvelopeVerifier.Verify(annotated, allowLegacy: true).SignatureOk);
        Assert.Equal(isSigned, Encoding.UTF8.GetString(SignedScope.BytesOf(annotated)).Contains("_note", StringComparison.Ordinal));

        annotated = (JsonObject)envelope.DeepClone();
        annotated["co_signatures"] = new JsonArray("reserved");
        Assert.True(EnvelopeVerifier.Verify(annotated, allowLegacy: true).SignatureOk);
        annotated["note_"] = "not at the beginning";
        Assert.False(EnvelopeVerifier.Verify(annotated, allowLegacy: true).SignatureOk);
    }

    [Fact]
    public void Below_the_top_level_everything_is_signed()
    {
        var envelope = Signed(
            new JsonObject
            {
                ["spec_version"] = "ario.mlflow/v1",
                ["payload_hash"] = CommittedHash,
                ["subject"] = new JsonObject { ["type"] = "mlflow_run" },
            }
        );
        foreach (var name in new[] { "_note", "signature", "co_signatures" })
        {
            var changed = (JsonObject)envelope.DeepClone();
            changed["subject"]![name] = 1; // ! just put there
            Assert.False(EnvelopeVerifier.Verify(changed).SignatureOk, name);
        }
    }

    [Fact]
    public void A_spec_version_of_null_is_legacy_and_stays_in_the_signed_bytes()
    {
        var envelope = Signed(new JsonObject { ["spec_version"] = null, ["payload_hash"] = CommittedHash });
        Assert.Contains("\"spec_version\":null", Encoding.UTF8.GetString(SignedScope.BytesOf(envelope)), StringComparison.Ordinal);
        var result = EnvelopeVerifier.Verify(envelope);
        Assert.True(result is { IsLegacy: true, SignatureOk: true, SpecVersionOk: false, IsOk: false });
        Assert.Equal("missing spec_version (pass allow_legacy=True to accept)", Assert.Single(result.Errors));
        Assert.True(EnvelopeVerifier.Verify(envelope, allowLegacy: true).IsOk);
        envelope.Remove("spec_version");
        Assert.False(EnvelopeVerifier.Verify(envelope, allowLegacy: true).SignatureOk);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[\"ario.mlflow/v1\"]")]
    public void A_spec_version_that_is_no_string_is_unsupported_and_not_legacy(string json)
    {
        var envelope = Signed(
            new JsonObject
            {
                ["spec_version"] = JsonNode.Parse(json),
                ["payload_hash"] = CommittedHash,
                ["_note"] = "signed here",
            }
        );
        var result = EnvelopeVerifier.Verify(envelope, Committed, allowLegacy: true);
        Assert.True(
            result
                is {
                    SpecVersionStatus: SpecVersionStatus.Unsupported,
                    IsLegacy: false,
                    SpecVersionOk: false,
                    SignatureOk: true,
                    PayloadHashOk: true,
                    IsOk: false
                }
        );
        var commitment = CommitmentVerification.Verify(envelope, Committed);
        Assert.Equal("unsupported_spec_version", commitment.Reason);
        Assert.True(commitment is { IsOverall: false, IsSignatureCheckOk: false, IsSignatureValid: true });
        envelope["_note"] = "changed";
        Assert.False(EnvelopeVerifier.Verify(envelope).SignatureOk);
    }

    [Theory]
    [InlineData("asset_registered", """{"hash":"AbCd"}""", ContentRole.Asset)]
    [InlineData("asset_missing", """{"hash":"ffff","baseline":{"hash":"aBCd"}}""", ContentRole.Baseline)]
    [InlineData("tamper_detected", """{"hash":"ffff","observed":{"hash":"abcd"},"baseline":{"hash":"abcd"}}""", ContentRole.Observed)]
    [InlineData("tamper_detected", """{"observed":{"hash":5},"baseline":{"hash":"ABCD"}}""", ContentRole.Baseline)]
    [InlineData("tamper_detected", """{"observed":"abcd","baseline":{"hash":"ABCD"}}""", ContentRole.Baseline)]
    [InlineData("policy_changed", """{"hash":"abcd"}""", null)]
    [InlineData("asset_registered", """{"hash":["abcd"]}""", null)]
    [InlineData("asset_registered", """["abcd"]""", null)]
    [InlineData("Asset_registered", """{"hash":"abcd"}""", null)]
    public void An_expected_content_hash_is_found_in_either_case_under_the_role_of_its_event(
        string eventType,
        string payload,
        ContentRole? role
    )
    {
        var envelope = Inline(JsonNode.Parse(payload), CommittedHash);
        envelope["event_type"] = eventType;
        foreach (var expected in new[] { "abcd", "ABCD" })
        {
            var result = EnvelopeVerifier.Verify(Signed((JsonObject)envelope.DeepClone()), committedBytes: null, expected);
            Assert.Equal(role is not null, result.ContentHashOk);
            Assert.Equal(role, result.ContentRole);
        }

        Assert.False(EnvelopeVerifier.Verify(Signed((JsonObject)envelope.DeepClone()), committedBytes: null, "abc").ContentHashOk);
        Assert.Null(EnvelopeVerifier.Verify(Signed(envelope)).ContentHashOk);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("public_key")]
    public void Blanks_and_other_lengths_in_hex_never_verify(string member)
    {
        var envelope = Signed(new JsonObject { ["spec_version"] = "ario.mlflow/v1", ["payload_hash"] = CommittedHash });
        var hex = (string)envelope[member]!; // ! every signed envelope has both
        foreach (
            var changed in new JsonNode?[]
            {
                hex[..^1],
                hex[..^2],
                hex + "00",
                hex + " ",
                " " + hex,
                hex[..2] + " " + hex[2..],
                hex[..^2] + "0x",
                "",
                null,
                5,
                new JsonArray(hex),
            }
        )
        {
            envelope[member] = changed;
            var result = EnvelopeVerifier.Verify(envelope);
            Assert.False(result.SignatureOk);
            Assert.Equal("Ed25519 signature verification failed", Assert.Single(result.Errors));
        }
    }

    [Fact]
    public void A_signature_in_upper_case_verifies_and_a_public_key_in_upper_case_is_another_signed_member()
    {
        var envelope = Signed(new JsonObject { ["spec_version"] = "ario.mlflow/v1", ["payload_hash"] = CommittedHash });
        envelope["signature"] = ((string)envelope["signature"]!).ToUpperInvariant(); // ! every signed envelope has one
        Assert.True(EnvelopeVerifier.Verify(envelope).SignatureOk);
        envelope["public_key"] = Key.PublicKey.Hex.ToUpperInvariant();
        Assert.False(EnvelopeVerifier.Verify(envelope).SignatureOk);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"ario.mlflow/v1\"")]
    [InlineData("5")]
    public void What_is_no_object_is_nothing_in_every_field(string json)
    {
        var result = EnvelopeVerifier.Verify(JsonNode.Parse(json), Committed, expectedContentHash: "ff", allowLegacy: true);
        Assert.True(
            result
                is {
                    IsOk: false,
                    SpecVersionOk: false,
                    SignatureOk: false,
                    PayloadHashOk: null,
                    ContentHashOk: false,
                    ContentRole: null,
                    IsLegacy: false,
                    IsMalformed: false
                }
        );
        Assert.Equal("envelope is not a JSON object", Assert.Single(result.Errors));
        Assert.Null(EnvelopeVerifier.Verify(JsonNode.Parse(json)).ContentHashOk);
        var commitment = CommitmentVerification.Verify(JsonNode.Parse(json), Committed);
        Assert.Equal("envelope_not_a_json_object", commitment.Reason);
        Assert.Equal(CommittedHash, commitment.ComputedPayloadHash);
        Assert.Null(commitment.StoredPayloadHash);
    }

    [Fact]
    public void Bytes_that_cannot_be_read_are_malformed_and_say_why()
    {
        var result = EnvelopeVerifier.Verify("{\"a\":1"u8, Committed, "ff", allowLegacy: true);
        Assert.True(result is { IsMalformed: true, IsOk: false, PayloadHashOk: null, ContentHashOk: false });
        Assert.StartsWith("envelope is malformed: ", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Null(EnvelopeVerifier.Verify("{"u8).ContentHashOk);
    }

    [Fact]
    public void A_member_without_canonical_form_breaks_only_what_it_is_part_of()
    {
        var inPayload = Signed(Inline(new JsonArray(), CommittedHash));
        inPayload["payload"] = JsonNode.Parse("\"\\ud800\"");
        var result = EnvelopeVerifier.Verify(inPayload, Committed);
        Assert.True(result is { SpecVersionOk: true, SignatureOk: false, PayloadHashOk: false });
        Assert.Equal(
            [
                "payload is not JCS-canonicalizable",
                "payload_hash does not match the committed bytes",
                "Ed25519 signature verification failed",
            ],
            result.Errors
        );
    }

    [Fact]
    public void A_tree_with_a_repeated_name_is_malformed_and_no_exception()
    {
        var tree = JsonNode.Parse("""{"spec_version":"ario.mlflow/v1","payload_hash":"a","payload_hash":"b"}""");
        var result = EnvelopeVerifier.Verify(tree, Committed, "ff");
        Assert.True(result is { IsMalformed: true, IsOk: false, ContentHashOk: false });
        Assert.Contains("a member name is repeated or ill-formed", Assert.Single(result.Errors), StringComparison.Ordinal);
        var commitment = CommitmentVerification.Verify(JsonNode.Parse("""{"payload_hash":"a","payload_hash":"b"}"""), Committed);
        Assert.Equal("unsupported_spec_version", commitment.Reason);
        Assert.Null(commitment.StoredPayloadHash);
    }

    [Fact]
    public void A_caller_who_hands_in_nothing_is_told()
    {
        Assert.Throws<ArgumentNullException>(() => SpecVersion.StatusOf(null!)); // ! the caller's error is the subject
        Assert.Throws<ArgumentNullException>(() => SignedScope.BytesOf(null!)); // ! as above
        Assert.Throws<ArgumentNullException>(() => ContentHash.Of(null!)); // ! as above
    }

    private static JsonObject Inline(JsonNode? payload, string hash) =>
        new()
        {
            ["spec_version"] = "ario.agent/v1",
            ["payload"] = payload?.DeepClone(),
            ["payload_hash"] = hash,
        };

    private static JsonObject Signed(JsonObject envelope)
    {
        envelope["public_key"] = Key.PublicKey.Hex;
        var signature = new byte[64];
        Key.Sign(SignedScope.BytesOf(envelope), signature);
        envelope["signature"] = Convert.ToHexStringLower(signature);
        return envelope;
    }
}
