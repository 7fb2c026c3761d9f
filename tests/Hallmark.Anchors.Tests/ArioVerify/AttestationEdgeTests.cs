using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.Tests.ArioVerify;

/// <summary>Records of operators' attestations at the edges of envelope.md §14, signed here with the base library.</summary>
public sealed class AttestationEdgeTests
{
    private static readonly Digest DataHash = Digest.Compute(DigestAlgorithm.Sha256, VerifyService.Data);
    private static readonly RSA Key = RSA.Create(2048);

    private static byte[] Modulus { get; } = Key.ExportParameters(includePrivateParameters: false).Modulus!;

    private static string Operator { get; } = AddressOf(Modulus);

    [Fact]
    public void A_sound_record_is_believed_and_says_what_was_signed()
    {
        var findings = Verify(Sign(Payload()));
        Assert.True(findings.IsBelieved);
        Assert.Equal((3, 1_512_345L, true), (findings.Level, findings.BlockHeight, findings.SignatureVerified));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero), findings.BlockTime);
    }

    [Fact]
    public void A_signature_of_another_kind_by_the_same_key_is_none()
    {
        var payload = Payload();
        var bytes = CanonicalJson.Canonicalize(payload);
        var spaced = System.Text.Encoding.UTF8.GetBytes(
            payload.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true })
        );
        foreach (
            var signature in new[]
            {
                Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                Key.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
                Key.SignHash(SHA256.HashData(SHA256.HashData(bytes)), HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                Key.SignData(spaced, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)[1..],
                [.. Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), 0],
            }
        )
        {
            AssertFailed("attestation_signature", Verify(Record(payload, signature)));
        }
    }

    [Theory]
    [InlineData("AAEAAQ", true)] // leading zeros are the same number
    [InlineData("AQ", false)]
    [InlineData("Aw", false)]
    [InlineData("AQAA", false)]
    [InlineData("AQABAQAB", false)]
    [InlineData("", false)]
    [InlineData("AQAB=", false)]
    public void Only_the_exponent_65537_is_taken_however_it_is_written(string exponent, bool isTaken)
    {
        var record = Sign(Payload());
        record["public_key"]!["e"] = exponent;
        Assert.Equal(isTaken, OperatorAttestation.TryRead(record, out var read, out _) && Findings(read).IsBelieved);
    }

    [Fact]
    public void A_zero_before_the_modulus_is_the_same_key_and_another_operator()
    {
        var record = Sign(Payload());
        record["public_key"]!["n"] = Base64Url.EncodeToString((byte[])[0, .. Modulus]);
        var findings = Verify(record);
        AssertFailed("attestation_operator", findings);
        Assert.Equal(CheckOutcome.Passed, findings.Checks.Single(check => check.Name == "attestation_signature").Outcome);

        var payload = Payload();
        payload["operator"] = AddressOf([0, .. Modulus]);
        var own = Sign(payload);
        own["public_key"]!["n"] = Base64Url.EncodeToString((byte[])[0, .. Modulus]);
        Assert.False(Verify(own).IsBelieved); // bound to its key, but not the operator who is trusted
    }

    [Theory]
    [InlineData("level", "1", 1)]
    [InlineData("level", "3.0", 3)]
    [InlineData("level", "0", null)]
    [InlineData("level", "4", null)]
    [InlineData("level", "2.5", null)]
    [InlineData("level", "\"3\"", null)]
    [InlineData("level", "true", null)]
    [InlineData("level", "9007199254740993000000", null)]
    [InlineData("level", "null", null)]
    public void A_level_is_one_two_or_three_or_none(string member, string json, int? level) =>
        Assert.Equal(level, Verify(Sign(Payload((member, json)))).Level);

    [Theory]
    [InlineData("\"2026-11-21T08:00:00.000Z\"", "2026-11-21T08:00:00Z")]
    [InlineData("\"2026-11-21T09:00:00+01:00\"", "2026-11-21T08:00:00Z")]
    [InlineData("1795248000", "2026-11-21T08:00:00Z")]
    [InlineData("0", "1970-01-01T00:00:00Z")]
    [InlineData("253402300800", null)]
    [InlineData("-1", null)]
    [InlineData("1795248000.5", null)]
    [InlineData("\"1795248000\"", null)]
    [InlineData("\"soon\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("[]", null)]
    public void A_blocks_time_is_a_date_or_unix_seconds_and_all_else_is_none(string json, string? expected) =>
        Assert.Equal(
            expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture),
            Verify(Sign(Payload(("block_timestamp", json)))).BlockTime
        );

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-1", null)]
    [InlineData("1.5", null)]
    [InlineData("\"7\"", null)]
    [InlineData("1e300", null)]
    public void A_block_is_a_number_from_zero_on_or_none(string json, long? expected) =>
        Assert.Equal(expected, Verify(Sign(Payload(("block_height", json)))).BlockHeight);

    [Fact]
    public void Members_of_later_versions_are_signed_and_taken_along_and_the_order_does_not_matter()
    {
        var payload = Payload(("subject_ref", """{"hash":"x","type":"model"}"""), ("later", "[1,{\"é\":null}]"));
        var record = Sign(payload);
        var reversed = new JsonObject(payload.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        record["payload"] = reversed;
        Assert.True(Verify(record).IsBelieved);
        Assert.True(OperatorAttestation.TryRead(record, out var read, out _));
        Assert.Equal(CanonicalJson.Canonicalize(record), CanonicalJson.Canonicalize(read.ToRecord()));
        record["payload"]!["later"]![0] = 2;
        AssertFailed("attestation_signature", Verify(record));
    }

    [Theory]
    [InlineData("payload", "null", "no payload")]
    [InlineData("payload", "[]", "no payload")]
    [InlineData("signature_alg", "\"RSA-PSS-SHA256\"", "signature_alg")]
    [InlineData("signature_alg", "null", "signature_alg")]
    [InlineData("public_key", "{}", "public_key")]
    [InlineData("public_key", """{"kty":"RSA","n":"AQAB"}""", "public_key")]
    [InlineData("public_key", """{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQ"}""", "public_key")]
    [InlineData("public_key", """{"kty":"RSA","n":"","e":"AQAB"}""", "base64url")]
    [InlineData("public_key", """{"kty":"RSA","n":"AQ==","e":"AQAB"}""", "base64url")]
    [InlineData("public_key", """{"kty":"RSA","n":"AR","e":"AQAB"}""", "base64url")]
    [InlineData("signature", "\"\"", "hex")]
    [InlineData("signature", "\"abc\"", "hex")]
    [InlineData("signature", "\"AB\"", "hex")]
    [InlineData("signature", "\" ab\"", "hex")]
    [InlineData("signature", "7", "hex")]
    [InlineData("checkpoint_tx_id", "\"short\"", "checkpoint_tx_id")]
    [InlineData("checkpoint_tx_id", "null", "checkpoint_tx_id")]
    [InlineData("note", "\"x\"", "unknown member")]
    public void A_record_of_another_shape_is_refused_by_the_part(string member, string json, string part)
    {
        var record = Sign(Payload());
        record[member] = JsonNode.Parse(json);
        Assert.False(OperatorAttestation.TryRead(record, out _, out var fault));
        Assert.Contains(part, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_may_take_16_KiB_and_not_one_byte_more()
    {
        var size = CanonicalJson.Canonicalize(Sign(Payload(("note", "[]")))).Length;
        var filler = OperatorAttestation.MaxSizeInBytes - size;

        // Texts of 4 KiB at most, so that none is refused for itself: ["…","…"].
        string Note(int length)
        {
            var texts = new List<string>();
            for (var left = length + 1; left > 0; )
            {
                var text = Math.Min(left - 3, 4000);
                text = left - 3 - text is > 0 and < 3 ? text - 3 : text;
                texts.Add(new string('x', text));
                left -= text + 3;
            }

            return $"[{string.Join(',', texts.Select(text => $"\"{text}\""))}]";
        }

        var largest = Sign(Payload(("note", Note(filler))));
        Assert.Equal(OperatorAttestation.MaxSizeInBytes, CanonicalJson.Canonicalize(largest).Length);
        Assert.True(Verify(largest).IsBelieved);
        Assert.False(OperatorAttestation.TryRead(Sign(Payload(("note", Note(filler + 1)))), out _, out var fault));
        Assert.Contains("longer than", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digits_of_the_datas_hash_may_be_capitals_and_those_of_the_operators_address_may_not()
    {
        var hex = DataHash.Hex;
        Assert.True(Verify(Sign(Payload(("data_hash", $"\"{hex.ToUpperInvariant()}\"")))).IsBelieved);
        AssertFailed("attestation_data", Verify(Sign(Payload(("data_hash", $"\"{hex[1..]}\"")))));
        AssertFailed("attestation_data", Verify(Sign(Payload(("data_hash", $"\"sha256:{hex}\"")))));
        var sound = Sign(Payload());
        Assert.True(OperatorAttestation.TryRead(sound, out var read, out _));
        var other = Operator.ToLowerInvariant();
        Assert.False(read.Verify(VerifyService.TransactionId, DataHash, [other]).IsBelieved);
        Assert.True(read.Verify(VerifyService.TransactionId, DataHash, [other, Operator]).IsBelieved);
    }

    [Fact]
    public void A_block_says_more_than_a_level_and_the_earliest_block_of_the_highest_level_is_taken()
    {
        JsonObject[] records =
        [
            Sign(Payload(("block_height", "null"), ("level", "3"))),
            Sign(Payload(("block_height", "9"), ("level", "2"))),
            Sign(Payload(("block_height", "7"), ("level", "2"))),
            Sign(Payload(("block_height", "1"), ("level", "1"))),
        ];
        foreach (var order in new[] { new[] { 0, 1, 2, 3 }, [3, 2, 1, 0], [2, 0, 3, 1] })
        {
            var list = new JsonArray([.. order.Select(i => records[i].DeepClone())]);
            var best = ReceiptAttestations.FindBest(
                ReceiptAttestations.Verify(list, VerifyService.TransactionId, DataHash, [Operator], out _)
            );
            Assert.Equal((7L, 2), (best!.BlockHeight, best.Level));
        }
    }

    [Fact]
    public void One_record_that_cannot_be_read_makes_the_whole_list_unreadable()
    {
        var bad = Sign(Payload());
        bad.Remove("signature_alg");
        var list = new JsonArray(Sign(Payload()), bad);
        Assert.False(ReceiptAttestations.TryRead(list, out _, out var fault));
        Assert.Contains("signature_alg", fault, StringComparison.Ordinal);
        Assert.True(
            ReceiptAttestations.TryRead(new JsonArray([.. Enumerable.Range(0, 8).Select(_ => Sign(Payload()))]), out var read, out _)
        );
        Assert.Equal(8, read.Count);
    }

    private static string AddressOf(byte[] modulus) => Base64Url.EncodeToString(SHA256.HashData(modulus));

    private static void AssertFailed(string check, AttestationFindings findings)
    {
        Assert.False(findings.IsBelieved);
        Assert.Equal(CheckOutcome.Failed, findings.Checks.Single(one => one.Name == check).Outcome);
    }

    private static AttestationFindings Verify(JsonObject record)
    {
        Assert.True(OperatorAttestation.TryRead(record, out var attestation, out var fault), fault);
        return Findings(attestation);
    }

    private static AttestationFindings Findings(OperatorAttestation attestation) =>
        attestation.Verify(VerifyService.TransactionId, DataHash, [Operator]);

    private static JsonObject Payload(params (string Member, string Json)[] changes)
    {
        var payload = new JsonObject
        {
            ["attested_at"] = "2026-11-21T08:14:00.000Z",
            ["tx_id"] = VerifyService.TransactionId,
            ["data_hash"] = DataHash.Hex,
            ["data_size"] = VerifyService.Data.Length,
            ["block_height"] = 1_512_345,
            ["block_timestamp"] = "2026-11-21T08:00:00.000Z",
            ["operator"] = Operator,
            ["gateway"] = "gw.example",
            ["signature_verified"] = true,
            ["level"] = 3,
        };
        foreach (var (member, json) in changes)
        {
            payload[member] = JsonNode.Parse(json);
        }

        return payload;
    }

    private static JsonObject Sign(JsonObject payload) =>
        Record(payload, Key.SignData(CanonicalJson.Canonicalize(payload), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

    private static JsonObject Record(JsonObject payload, byte[] signature) =>
        new()
        {
            ["checkpoint_tx_id"] = VerifyService.TransactionId,
            ["payload"] = payload.DeepClone(),
            ["signature_alg"] = "rsa-pss-sha256",
            ["public_key"] = new JsonObject
            {
                ["kty"] = "RSA",
                ["n"] = Base64Url.EncodeToString(Modulus),
                ["e"] = "AQAB",
            },
            ["signature"] = Convert.ToHexStringLower(signature),
        };
}
