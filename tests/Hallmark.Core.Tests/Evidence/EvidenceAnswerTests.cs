using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>Not only that evidence is refused: what is said of it, which is all that whoever was refused has to go by.</summary>
public sealed class EvidenceAnswerTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();
    private readonly byte[] _source;

    public EvidenceAnswerTests() => _source = _maker.Trace(1);

    public void Dispose() => _maker.Dispose();

    [Theory]
    [InlineData("signature", "\"abc\"", "malformed signature hex: odd-length hex string")]
    [InlineData("signature", "\"zz\"", "malformed signature hex: non-hex characters")]
    [InlineData("signature", "\"0g\"", "malformed signature hex: non-hex characters")]
    [InlineData("n", "\"A+B/\"", "non-base64url characters")]
    [InlineData("n", "\"-_AAA\"", "invalid base64url length")]
    [InlineData("e", "\"A+B/\"", "non-base64url characters")]
    [InlineData("e", "\"-_AAA\"", "invalid base64url length")]
    public void A_malformed_attestation_says_which_part_of_it_is(string member, string value, string why)
    {
        var attestation = EvidenceMaker.Attest(_source);
        (member == "signature" ? attestation : attestation["public_key"]!.AsObject())[member] = JsonNode.Parse(value);
        Assert.EndsWith(why, EvidenceVerifier.Verify(Export(attestation)).Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_attestation_without_names_has_none_made_up()
    {
        var attestation = EvidenceMaker.Attest(_source, payload => payload.Remove("operator"));
        attestation.Remove("checkpoint_tx_id");
        var found = Assert.Single(EvidenceVerifier.Verify(Export(attestation)).Export!.Attestations);
        Assert.Equal(("", ""), (found.CheckpointTxId, found.Operator));
        Assert.Equal(("", ""), (new AttestationVerification().CheckpointTxId, new AttestationVerification().Operator));
    }

    [Fact]
    public void What_the_familys_verifiers_pass_over_in_an_attestation_is_said_in_words()
    {
        var none = Finding(EvidenceMaker.Attest(_source, payload => payload.Remove("tx_id")));
        Assert.Equal((EvidenceFinding.AttestationTxDiffers, "the attestation names no transaction"), (none.Code, none.Detail));
        Assert.Equal(EvidenceMaker.TxId(1), none.Subject);
        var other = Finding(EvidenceMaker.Attest(_source, payload => payload["tx_id"] = "another"));
        Assert.Equal((EvidenceFinding.AttestationTxDiffers, "the attestation speaks of transaction another"), (other.Code, other.Detail));
        var unverified = Finding(EvidenceMaker.Attest(_source, payload => payload["signature_verified"] = false));
        Assert.Equal(EvidenceFinding.AttestationUnverified, unverified.Code);
        Assert.Equal("the operator says that it did not verify the transaction's signature", unverified.Detail);
    }

    [Fact]
    public void A_name_that_stands_twice_in_a_bundle_is_found()
    {
        var twice = Encoding.UTF8.GetString(_source).Insert(1, "\"spec_version\":\"x\",");
        var finding = Assert.Single(EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(twice)).Findings);
        Assert.Equal("bundle", finding.Subject);
        Assert.Equal("a member name stands twice in one object; the last value counted", finding.Detail);
    }

    [Theory]
    [InlineData("{,}", "is not acceptable JSON: ")]
    [InlineData("", "is not acceptable JSON: ")]
    public void Bytes_that_are_no_JSON_are_called_so(string text, string why)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.StartsWith("evidence bundle " + why, EvidenceVerifier.Verify(bytes).Errors[0], StringComparison.Ordinal);
        var inclusion = InclusionBundle.Verify(bytes);
        Assert.StartsWith("bundle " + why, inclusion.Errors[0], StringComparison.Ordinal);
        Assert.Equal((false, 2), (inclusion.SpecVersionOk, inclusion.ExitCode));
    }

    [Fact]
    public void A_bundle_that_is_nested_too_deep_is_told_apart_from_one_that_is_no_JSON()
    {
        var deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200));
        Assert.StartsWith(
            "evidence bundle nesting exceeds the 128-level",
            EvidenceVerifier.Verify(deep).Errors[0],
            StringComparison.Ordinal
        );
        Assert.StartsWith("bundle nesting exceeds the 128-level", InclusionBundle.Verify(deep).Errors[0], StringComparison.Ordinal);
        var list = Encoding.UTF8.GetBytes(" \n" + new string('[', 200) + new string(']', 200));
        Assert.DoesNotContain("nesting", EvidenceVerifier.Verify(list).Errors[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void Exports_are_opened_to_the_eighth_and_no_further(int exports, bool isReached)
    {
        var bundle = _source;
        for (var i = 0; i < exports; i++)
        {
            var body = new JsonObject { ["source_bundle"] = JsonNode.Parse(bundle) };
            bundle = _maker.Wrap(CanonicalJson.Canonicalize(body), EvidenceFormat.Export);
        }

        Assert.Equal(isReached, EvidenceVerifier.FindFetches(bundle, ["https://g1.example"]).Count > 0);
    }

    [Fact]
    public void One_gateway_that_confirms_is_enough_and_one_that_contradicts_is_too_much()
    {
        Assert.Equal(GatewayOutcome.Confirm, Rollup(GatewayOutcome.Confirm, GatewayOutcome.Unreachable));
        Assert.Equal(GatewayOutcome.Confirm, Rollup(GatewayOutcome.Unreachable, GatewayOutcome.Confirm));
        Assert.Equal(GatewayOutcome.Mismatch, Rollup(GatewayOutcome.Confirm, GatewayOutcome.Mismatch, GatewayOutcome.Unreachable));
        Assert.Equal(GatewayOutcome.Unreachable, Rollup(GatewayOutcome.Unreachable));
        Assert.Equal(GatewayOutcome.Unreachable, Rollup());
    }

    [Fact]
    public void The_events_of_a_bucket_stand_in_ordinal_order()
    {
        var laid = CompletenessReconciliation.Of(
            new Dictionary<string, bool>
            {
                ["b"] = true,
                ["a"] = true,
                ["B"] = true,
            },
            ["b", "B", "a"]
        );
        Assert.Equal(["B", "a", "b"], laid[CompletenessBucket.Verified].AsEnumerable());
    }

    [Fact]
    public async Task A_file_that_breaks_off_behind_its_version_is_malformed_also_where_gateways_are_asked()
    {
        var inputs = new EvidenceInputs { Gateways = ["https://g1.example"] };
        var result = await ProofFile.VerifyAsync(
            "{\"spec_version\":\"ario.agent.proof/v1\",\"a\":"u8.ToArray(),
            inputs,
            (_, _) => throw new InvalidOperationException("nothing is to be fetched"),
            CancellationToken.None
        );
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public void A_version_behind_a_deep_value_still_tells_what_the_file_is()
    {
        var deep = "{\"a\":" + new string('[', 120) + new string(']', 120) + ",\"spec_version\":\"ario.agent.proof/v1\"}";
        Assert.NotNull(ProofFile.Verify(Encoding.UTF8.GetBytes(deep)).Inclusion);
    }

    private static GatewayOutcome Rollup(params GatewayOutcome[] outcomes) =>
        new OnChainVerification([.. outcomes.Select((outcome, i) => new GatewayAnswer($"g{i}", outcome))]).Rollup;

    private EvidenceFinding Finding(JsonObject attestation) => Assert.Single(EvidenceVerifier.Verify(Export(attestation)).Findings);

    private byte[] Export(JsonObject attestation) =>
        _maker.Rewrap(
            _maker.Export(_source, EvidenceMaker.Attest(_source)),
            body => body["attestations"] = new JsonArray(attestation.DeepClone())
        );
}
