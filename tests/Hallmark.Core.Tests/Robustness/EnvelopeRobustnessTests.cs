using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Robustness;

public sealed class EnvelopeRobustnessTests
{
    private const int Rounds = 4000;
    private static readonly byte[] Record = """{"metrics":{"val_accuracy":0.93},"run":"r1"}"""u8.ToArray();

    [Fact]
    public void A_damaged_envelope_never_verifies_with_other_signed_members_than_the_signer_s()
    {
        using var key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        var envelopes = Envelopes(key);
        var signed = envelopes.Select(bytes => Convert.ToHexString(Scope(bytes)!)).ToHashSet(StringComparer.Ordinal);
        var mutator = new ByteMutator(5);
        var (good, bad) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = mutator.Mutate(envelopes[round % envelopes.Length], envelopes[(round + 1) % envelopes.Length]);
            var result = EnvelopeVerifier.Verify(damaged, Record, expectedContentHash: "00", allowLegacy: true);
            if (result.SignatureOk)
            {
                Assert.Contains(Convert.ToHexString(Scope(damaged)!), signed);
                good++;
                continue;
            }

            Assert.False(result.IsOk);
            Assert.NotEmpty(result.Errors);
            bad++;
        }

        // A change in what is not signed, or of the case of the signature's digits, is none of the signer's members.
        Assert.True(good > 0 && bad > Rounds / 2, $"{good} good, {bad} bad");
    }

    [Fact]
    public void Damaged_committed_bytes_never_bind()
    {
        using var key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        var envelopes = Envelopes(key);
        var mutator = new ByteMutator(6);
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = mutator.Mutate(Record, "GENESIS"u8);
            if (!damaged.AsSpan().SequenceEqual(Record))
            {
                var result = EnvelopeVerifier.Verify(envelopes[round % envelopes.Length], damaged);
                Assert.True(result.SignatureOk);
                Assert.False(result.PayloadHashOk);
                Assert.False(result.IsOk);
            }
        }
    }

    private static byte[][] Envelopes(Ed25519PrivateKey key)
    {
        var hash = CanonicalJson.Sha256Hex(JsonNode.Parse(Record));
        JsonObject Draft(string? specVersion, string extra) =>
            new()
            {
                ["spec_version"] = specVersion,
                ["event_id"] = "6f1f2a3b-0c4d-4e5f-8a6b-7c8d9e0f1a2b",
                ["event_type"] = "training_complete",
                ["subject"] = new JsonObject { ["type"] = "mlflow_run", ["run_id"] = "r1" },
                ["payload_hash"] = hash,
                ["previous_hash"] = "GENESIS",
                ["signed_at"] = "2026-11-21T00:00:00+00:00",
                ["co_signatures"] = new JsonArray("later"),
                [extra] = "annotation",
            };
        return
        [
            .. new[]
            {
                Draft("ario.mlflow/v1", "_note"),
                Draft("ario.mlflow/v1.3", "note"),
                Draft("ario.events/v1", "_note"),
                Draft("hallmark/v1", "_x"),
            }.Select(draft => EnvelopeSealer.Seal(draft, key).Bytes.ToArray()),
            SignedAsLegacy(Draft(null, "_note"), key),
        ];
    }

    // The sealer mints no legacy envelopes.
    private static byte[] SignedAsLegacy(JsonObject draft, Ed25519PrivateKey key)
    {
        draft["public_key"] = key.PublicKey.Hex;
        var signature = new byte[64];
        key.Sign(SignedScope.BytesOf(draft), signature);
        draft["signature"] = Convert.ToHexStringLower(signature);
        return CanonicalJson.Canonicalize(draft);
    }

    private static byte[]? Scope(byte[] envelope) =>
        StrictJson.TryParse(envelope, out var node, out _, DuplicateNames.KeepLast) && node is JsonObject members
            ? SignedScope.BytesOf(members)
            : null;
}
