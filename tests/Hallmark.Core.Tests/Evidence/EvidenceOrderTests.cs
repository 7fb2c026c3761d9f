using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>The order in which wrappers (envelope family §11) and inclusion bundles (§10) are asked: of several faults the first in that order is the answer, and what comes later is not looked at.</summary>
public sealed class EvidenceOrderTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    /// <summary>From the last question to the first: each fault is added to those before, and takes the answer over.</summary>
    [Fact]
    public void Of_several_faults_of_a_wrapper_the_first_in_the_order_of_the_questions_is_told()
    {
        (string Member, JsonNode? Value, string Error, bool SpecVersionOk)[] questions =
        [
            ("body", null, "evidence bundle has no inline body (body_ref unsupported here)", true),
            ("body_hash", 7, "evidence bundle is missing body_hash", true),
            ("signature", 7, "evidence bundle is missing public_key/signature", true),
            ("public_key", null, "evidence bundle is missing public_key/signature", true),
            ("signature_alg", "rsa", "unsupported signature_alg: 'rsa'", true),
            ("spec_version", "ario.evidence/v2", "unsupported evidence spec_version: 'ario.evidence/v2'", false),
        ];
        var bundle = (JsonObject)StrictJson.Parse(_maker.Trace(1))!;
        foreach (var (member, value, error, specVersionOk) in questions)
        {
            bundle[member] = value;
            var result = EvidenceVerifier.Verify(CanonicalJson.Canonicalize(bundle));
            Assert.Equal((EvidenceStatus.Malformed, error), (result.Status, Assert.Single(result.Errors)));
            Assert.Equal((specVersionOk, false, false), (result.SpecVersionOk, result.BodyHashOk, result.SignatureOk));
            Assert.Equal(2, result.ExitCode);
            Assert.Empty(result.Events);
        }
    }

    /// <summary>An absent kind of signature counts as ed25519, and one that is no string is not asked about; it is signed all the same.</summary>
    [Fact]
    public void A_kind_of_signature_that_is_absent_or_no_string_is_ed25519()
    {
        foreach (var value in new JsonNode?[] { null, 7, new JsonArray() })
        {
            foreach (var isAbsent in new[] { true, false })
            {
                var bundle = (JsonObject)StrictJson.Parse(_maker.Trace(1))!;
                bundle.Remove("signature");
                bundle["signature_alg"] = value?.DeepClone();
                if (isAbsent)
                {
                    bundle.Remove("signature_alg");
                }

                var signature = new byte[64];
                _maker.Key.Sign(CanonicalJson.Canonicalize(bundle), signature);
                bundle["signature"] = Convert.ToHexStringLower(signature);
                Assert.Equal(EvidenceStatus.Verified, EvidenceVerifier.Verify(CanonicalJson.Canonicalize(bundle)).Status);
            }
        }
    }

    [Theory]
    [InlineData("ario.evidence/v1", true)]
    [InlineData("ario.evidence/v1.0", true)]
    [InlineData("ario.evidence/v1.0123456789", true)]
    [InlineData("ario.evidence/v1.", false)]
    [InlineData("ario.evidence/v1.x", false)]
    [InlineData("ario.evidence/v1.1.1", false)]
    [InlineData("ario.evidence/v1.-1", false)]
    [InlineData("ario.evidence/v1.1 ", false)]
    [InlineData("ario.evidence/v1.\u0661", false)]
    [InlineData("ario.evidence/v10", false)]
    [InlineData("ario.evidence/v11", false)]
    [InlineData("ario.evidence/v01", false)]
    [InlineData("ario.evidence/v", false)]
    [InlineData("ARIO.evidence/v1", false)]
    [InlineData(" ario.evidence/v1", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_wrappers_version_is_the_major_alone_or_with_digits_behind_a_point(string? version, bool isAccepted) =>
        Assert.Equal(isAccepted, EvidenceFormat.IsWrapper(version));

    [Fact]
    public void Where_hash_or_signature_is_broken_both_are_told_and_the_body_is_not_looked_at()
    {
        var bundle = (JsonObject)StrictJson.Parse(_maker.Trace(1))!;
        bundle["body"] = "no trace";
        var hash = EvidenceVerifier.Verify(CanonicalJson.Canonicalize(bundle));
        Assert.Equal((EvidenceStatus.Failed, true, false, false), (hash.Status, hash.SpecVersionOk, hash.BodyHashOk, hash.SignatureOk));
        Assert.Equal(
            [
                $"body_hash mismatch: bundle={(string)bundle["body_hash"]!} recomputed={CanonicalJson.Sha256Hex(bundle["body"])}",
                "wrapper Ed25519 signature verification failed",
            ],
            hash.Errors
        );

        bundle = (JsonObject)StrictJson.Parse(_maker.Trace(1))!;
        bundle["gateway"] = "https://else.example";
        var signature = EvidenceVerifier.Verify(CanonicalJson.Canonicalize(bundle));
        Assert.Equal((EvidenceStatus.Failed, true, false), (signature.Status, signature.BodyHashOk, signature.SignatureOk));
        Assert.Equal("wrapper Ed25519 signature verification failed", Assert.Single(signature.Errors));
        Assert.Empty(signature.Events);
        Assert.Empty(signature.Checkpoints);
        Assert.Equal((EvidenceFormat.Trace, "verified"), (signature.BodyType, signature.AssertedStatus));
    }

    [Fact]
    public void A_body_of_an_unknown_kind_leaves_the_answer_open_and_a_kind_that_is_no_string_is_none()
    {
        var unknown = EvidenceVerifier.Verify(_maker.Wrap("{}"u8.ToArray(), "acme/v1"));
        Assert.Equal((EvidenceStatus.Partial, "acme/v1", 0), (unknown.Status, unknown.BodyType, unknown.ExitCode));
        Assert.Equal(
            "body_type 'acme/v1' is not verifiable by this kernel (only ario.anchor.trace/v1); wrapper verified, body undetermined",
            Assert.Single(unknown.Errors)
        );

        var bundle = (JsonObject)StrictJson.Parse(_maker.Wrap("{}"u8.ToArray(), "acme/v1"))!;
        bundle.Remove("signature");
        bundle["body_type"] = 7;
        var signature = new byte[64];
        _maker.Key.Sign(CanonicalJson.Canonicalize(bundle), signature);
        bundle["signature"] = Convert.ToHexStringLower(signature);
        var none = EvidenceVerifier.Verify(CanonicalJson.Canonicalize(bundle));
        Assert.Equal((EvidenceStatus.Partial, (string?)null), (none.Status, none.BodyType));
        Assert.StartsWith("body_type None is not verifiable", Assert.Single(none.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_faults_of_an_inclusion_bundle_the_first_in_the_order_of_the_questions_is_told()
    {
        (string Member, JsonNode? Value, string Error, bool SpecVersionOk)[] questions =
        [
            ("checkpoint_tx_id", "", "bundle missing checkpoint_tx_id", true),
            ("checkpoint_tx_id", 7, "bundle missing checkpoint_tx_id", true),
            ("leaf", new JsonArray(), "bundle missing leaf", true),
            ("checkpoint_envelope", "x", "bundle missing checkpoint_envelope", true),
            ("spec_version", "ario.agent.proof/v1.1", "unsupported bundle spec_version: 'ario.agent.proof/v1.1'", false),
            ("spec_version", null, "unsupported bundle spec_version: None", false),
        ];
        var bundle = new JsonObject
        {
            ["spec_version"] = EvidenceFormat.InclusionBundle,
            ["checkpoint_envelope"] = new JsonObject(),
            ["leaf"] = new JsonObject(),
            ["audit_path"] = new JsonArray(),
        };
        foreach (var (member, value, error, specVersionOk) in questions)
        {
            bundle[member] = value;
            var result = InclusionBundle.Verify(CanonicalJson.Canonicalize(bundle));
            Assert.Equal((EvidenceStatus.Malformed, error), (result.Status, Assert.Single(result.Errors)));
            Assert.Equal((specVersionOk, false, true), (result.SpecVersionOk, result.InclusionOk, result.Envelope is null));
            Assert.Equal((2, false), (result.ExitCode, result.IsOk));
        }

        Assert.Equal("bundle is not a JSON object", Assert.Single(InclusionBundle.Verify("[]"u8).Errors));
        Assert.Equal(
            "bundle nesting exceeds the 128-level canonicalization depth bound",
            Assert.Single(InclusionBundle.Verify(System.Text.Encoding.ASCII.GetBytes(new string('[', 129))).Errors)
        );
    }

    /// <summary>A checkpoint whose payload is no object, has no count, no root: each is told behind what the envelope itself lacks.</summary>
    [Theory]
    [InlineData("[]", "checkpoint envelope payload missing or wrong shape")]
    [InlineData("null", "checkpoint envelope payload missing or wrong shape")]
    [InlineData("{}", "checkpoint payload.leaf_count missing or wrong type")]
    [InlineData("{\"leaf_count\":true}", "checkpoint payload.leaf_count missing or wrong type")]
    [InlineData("{\"leaf_count\":\"1\"}", "checkpoint payload.leaf_count missing or wrong type")]
    [InlineData("{\"leaf_count\":1.5}", "checkpoint payload.leaf_count missing or wrong type")]
    [InlineData("{\"leaf_count\":1}", "merkle_root / audit_path / leaf_index malformed")]
    [InlineData("{\"leaf_count\":1,\"merkle_root\":\"00\"}", "merkle_root / audit_path / leaf_index malformed")]
    [InlineData(
        "{\"leaf_count\":1,\"merkle_root\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}",
        "audit_path does not reconstruct merkle_root"
    )]
    [InlineData(
        "{\"leaf_count\":0,\"merkle_root\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}",
        "audit_path does not reconstruct merkle_root"
    )]
    public void The_questions_about_a_checkpoints_payload_come_in_their_order(string payload, string error)
    {
        var bundle = new JsonObject
        {
            ["spec_version"] = EvidenceFormat.InclusionBundle,
            ["checkpoint_envelope"] = new JsonObject { ["payload"] = JsonNode.Parse(payload) },
            ["checkpoint_tx_id"] = "x",
            ["leaf"] = new JsonObject(),
            ["leaf_index"] = 0,
            ["audit_path"] = new JsonArray(),
        };
        var result = InclusionBundle.Verify(CanonicalJson.Canonicalize(bundle));
        Assert.Equal(["checkpoint envelope verification failed", error], result.Errors.TakeLast(2));
        Assert.Equal((EvidenceStatus.Failed, true, false), (result.Status, result.SpecVersionOk, result.IsOk));
        Assert.NotNull(result.Envelope);
    }
}
