using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>An operator's attestation with one thing wrong at a time: which of the four questions answers no, and that it is that one alone.</summary>
public sealed class AttestationEditTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();
    private readonly byte[] _source;

    public AttestationEditTests() => _source = _maker.Trace(1);

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void A_sound_attestation_answers_yes_four_times()
    {
        var found = Verify(EvidenceMaker.Attest(_source));
        Assert.True(found is { IsOk: true, SignatureOk: true, OperatorAddressBound: true, DataHashBound: true, CheckpointResolved: true });
        Assert.Equal((EvidenceMaker.OperatorAddress, "https://g1.example", 3L), (found.Operator, found.Gateway, found.Level));
        Assert.Empty(found.Errors);
    }

    [Fact]
    public void Every_member_of_the_payload_is_under_the_signature()
    {
        foreach (var name in EvidenceMaker.Attest(_source)["payload"]!.AsObject().Select(member => member.Key))
        {
            var removed = EvidenceMaker.Attest(_source);
            removed["payload"]!.AsObject().Remove(name);
            Assert.False(Verify(removed).SignatureOk, "without " + name);

            var changed = EvidenceMaker.Attest(_source);
            changed["payload"]![name] = "changed";
            Assert.False(Verify(changed).SignatureOk, "changed " + name);
        }

        var added = EvidenceMaker.Attest(_source);
        added["payload"]!["added"] = 1;
        Assert.False(Verify(added).SignatureOk);
    }

    [Fact]
    public void Members_in_another_order_are_the_same_payload()
    {
        var attestation = EvidenceMaker.Attest(_source);
        attestation["payload"] = new JsonObject(
            attestation["payload"]!.AsObject().Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
        );
        Assert.True(Verify(attestation).IsOk);
    }

    [Fact]
    public void Whoever_signs_for_another_operator_is_not_bound_to_its_address()
    {
        foreach (
            var address in new[] { "", "somebody", EvidenceMaker.OperatorAddress.ToLowerInvariant(), EvidenceMaker.OperatorAddress + "A" }
        )
        {
            var found = Verify(EvidenceMaker.Attest(_source, payload => payload["operator"] = address));
            Assert.True(
                found is { SignatureOk: true, OperatorAddressBound: false, DataHashBound: true, CheckpointResolved: true, IsOk: false }
            );
            Assert.Contains("operator-address binding failed", Assert.Single(found.Errors), StringComparison.Ordinal);
        }

        Assert.False(Verify(EvidenceMaker.Attest(_source, payload => payload.Remove("operator"))).OperatorAddressBound);
        Assert.False(Verify(EvidenceMaker.Attest(_source, payload => payload["operator"] = 7)).OperatorAddressBound);
    }

    [Fact]
    public void Data_of_another_envelope_is_not_bound_and_the_case_of_its_digits_means_nothing()
    {
        foreach (var hash in new JsonNode?[] { "", new string('0', 64), 7, null })
        {
            var found = Verify(EvidenceMaker.Attest(_source, payload => payload["data_hash"] = hash));
            Assert.True(
                found is { SignatureOk: true, OperatorAddressBound: true, DataHashBound: false, CheckpointResolved: true, IsOk: false }
            );
        }

        var upper = EvidenceMaker.Attest(_source, payload => payload["data_hash"] = ((string)payload["data_hash"]!).ToUpperInvariant());
        Assert.True(Verify(upper).IsOk);
    }

    [Fact]
    public void A_checkpoint_that_the_source_does_not_hold_is_not_resolved()
    {
        foreach (var id in new JsonNode?[] { "", EvidenceMaker.TxId(2), 7, null })
        {
            var attestation = EvidenceMaker.Attest(_source);
            attestation["checkpoint_tx_id"] = id;
            var found = Verify(attestation);
            Assert.True(
                found is { SignatureOk: true, OperatorAddressBound: true, CheckpointResolved: false, DataHashBound: false, IsOk: false }
            );
            Assert.Contains("resolves to no source checkpoint", Assert.Single(found.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_key_beside_the_same_signature_is_neither_the_signer_nor_the_operator()
    {
        using var other = RSA.Create(2048);
        var attestation = EvidenceMaker.Attest(_source);
        attestation["public_key"]!["n"] = Base64Url.EncodeToString(other.ExportParameters(false).Modulus!);
        Assert.True(Verify(attestation) is { SignatureOk: false, OperatorAddressBound: false, DataHashBound: true });

        // The forger's own signature and key, under the operator's name.
        var forged = EvidenceMaker.Attest(_source);
        forged["public_key"] = attestation["public_key"]!.DeepClone();
        forged["signature"] = Convert.ToHexStringLower(
            other.SignData(CanonicalJson.Canonicalize(forged["payload"]), HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
        );
        Assert.True(Verify(forged) is { SignatureOk: true, OperatorAddressBound: false, IsOk: false });
    }

    [Fact]
    public void The_signature_is_the_same_in_capitals_and_another_with_any_digit_changed()
    {
        var attestation = EvidenceMaker.Attest(_source);
        var signature = (string)attestation["signature"]!;
        attestation["signature"] = signature.ToUpperInvariant();
        Assert.True(Verify(attestation).IsOk);
        for (var i = 0; i < signature.Length; i += 37)
        {
            attestation["signature"] = signature[..i] + (signature[i] == '0' ? '1' : '0') + signature[(i + 1)..];
            Assert.False(Verify(attestation).SignatureOk);
        }

        foreach (var length in new[] { 0, 2, signature.Length - 2 })
        {
            attestation["signature"] = signature[..length];
            Assert.False(Verify(attestation).SignatureOk);
        }

        attestation["signature"] = signature + "00";
        Assert.False(Verify(attestation).SignatureOk);
    }

    [Theory]
    [InlineData("3", 3L)]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("1.0", 1L)]
    [InlineData("1e30", long.MaxValue)]
    [InlineData("-1e30", long.MinValue)]
    [InlineData("1.5", null)]
    [InlineData("\"3\"", null)]
    [InlineData("null", null)]
    [InlineData("true", null)]
    [InlineData("[3]", null)]
    public void A_level_is_an_integer_or_none(string json, long? level) =>
        Assert.Equal(level, Verify(EvidenceMaker.Attest(_source, payload => payload["level"] = JsonNode.Parse(json))).Level);

    [Theory]
    [InlineData("null", 0)]
    [InlineData("""{"hash": "0000000000000000000000000000000000000000000000000000000000000000", "type": "model.v1:x-y"}""", 0)]
    [InlineData("""{"hash": "0000000000000000000000000000000000000000000000000000000000000000"}""", 1)]
    [InlineData("""{"hash": "000000000000000000000000000000000000000000000000000000000000000A", "type": "m"}""", 1)]
    [InlineData("""{"hash": "00", "type": "m"}""", 1)]
    [InlineData("""{"hash": "0000000000000000000000000000000000000000000000000000000000000000", "type": "Model"}""", 1)]
    [InlineData("""{"hash": "0000000000000000000000000000000000000000000000000000000000000000", "type": ""}""", 1)]
    [InlineData("[]", 1)]
    [InlineData("\"x\"", 1)]
    public void A_subject_that_is_not_well_formed_is_noted_and_decides_nothing(string json, int notes)
    {
        var found = Verify(EvidenceMaker.Attest(_source, payload => payload["subject_ref"] = JsonNode.Parse(json)));
        Assert.True(found.IsOk);
        Assert.Equal(notes, found.Errors.Count);
    }

    [Theory]
    [InlineData("payload", "7")]
    [InlineData("payload", "null")]
    [InlineData("signature_alg", "\"rsa-pss-sha512\"")]
    [InlineData("signature_alg", "null")]
    [InlineData("signature", "7")]
    [InlineData("signature", "\"abc\"")]
    [InlineData("signature", "\"zz\"")]
    [InlineData("public_key", "\"key\"")]
    [InlineData("public_key", """{"kty": "EC", "n": "AQAB", "e": "AQAB"}""")]
    [InlineData("public_key", """{"kty": "RSA", "e": "AQAB"}""")]
    [InlineData("public_key", """{"kty": "RSA", "n": "AQAB"}""")]
    [InlineData("public_key", """{"kty": "RSA", "n": "A+B/", "e": "AQAB"}""")]
    [InlineData("public_key", """{"kty": "RSA", "n": "AAAAA", "e": "AQAB"}""")]
    public void A_record_of_another_shape_makes_the_export_malformed(string member, string value)
    {
        var attestation = EvidenceMaker.Attest(_source);
        attestation[member] = JsonNode.Parse(value);
        var result = EvidenceVerifier.Verify(Export(attestation));
        Assert.Equal((EvidenceStatus.Malformed, 2), (result.Status, result.ExitCode));
        Assert.NotEmpty(result.Errors);
    }

    [Fact]
    public void One_bad_attestation_among_good_ones_is_told_by_its_place()
    {
        var bad = EvidenceMaker.Attest(_source, payload => payload["data_hash"] = new string('0', 64));
        var result = EvidenceVerifier.Verify(Export(EvidenceMaker.Attest(_source), bad, EvidenceMaker.Attest(_source)));
        Assert.Equal([true, false, true], result.Export!.Attestations.Select(found => found.IsOk));
        Assert.NotEqual(0, result.ExitCode);
    }

    private AttestationVerification Verify(JsonObject attestation) =>
        Assert.Single(EvidenceVerifier.Verify(Export(attestation)).Export!.Attestations);

    // The exporter would not take such records; whoever writes the bundle by hand does.
    private byte[] Export(params JsonObject[] attestations) =>
        _maker.Rewrap(
            _maker.Export(_source, EvidenceMaker.Attest(_source)),
            body => body["attestations"] = new JsonArray([.. attestations.Select(one => one.DeepClone())])
        );
}
