using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>Co-signatures are read and kept, and decide nothing (envelope family §17).</summary>
public sealed class CoSignatureTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();
    private readonly Ed25519PrivateKey _second = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)9, 32)]);

    public void Dispose()
    {
        _maker.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void A_second_signer_of_an_envelope_or_a_wrapper_signs_the_same_bytes()
    {
        foreach (var bytes in new[] { _maker.Trace(1), _maker.Event(1).Envelope.ToArray() })
        {
            var signed = CoSign(bytes, "witness");
            var entry = Assert.Single(CoSignature.ReadAll(signed));
            Assert.Equal((_second.PublicKey.Hex, "witness", true), (entry.PublicKey, entry.Role, entry.IsOk));
            signed = Change(signed, members => members["added"] = 1);
            Assert.False(CoSignature.ReadAll(signed)[0].IsOk);
        }
    }

    [Fact]
    public void A_good_or_bad_co_signature_changes_no_verdict()
    {
        var bundle = CoSign(_maker.Trace(1), "witness");
        Assert.Equal(EvidenceStatus.Verified, EvidenceVerifier.Verify(bundle).Status);
        var forged = Change(bundle, members => members["co_signatures"]![0]!["signature"] = new string('0', 128));
        Assert.False(CoSignature.ReadAll(forged)[0].IsOk);
        Assert.Equal(EvidenceStatus.Verified, EvidenceVerifier.Verify(forged).Status);
    }

    [Fact]
    public void Co_signatures_of_a_source_stand_in_the_export_as_they_were()
    {
        var source = CoSign(_maker.Trace(1), "witness");
        var export = StrictJson.Parse(_maker.Export(source))!;
        Assert.Equal(
            CanonicalJson.Canonicalize(StrictJson.Parse(source)!["co_signatures"]),
            CanonicalJson.Canonicalize(export["body"]!["source_bundle"]!["co_signatures"])
        );
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("7")]
    [InlineData("""{"co_signatures":[]}""")]
    [InlineData("""{"co_signatures":{}}""")]
    public void Without_a_list_there_are_none(string json) => Assert.Empty(CoSignature.ReadAll(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Entries_of_another_form_are_no_signatures_and_a_crowd_is_not_read_to_its_end()
    {
        var bytes = Change(
            _maker.Trace(1),
            members => members["co_signatures"] = new JsonArray([.. Enumerable.Range(0, 200).Select(i => JsonValue.Create(i))])
        );
        var entries = CoSignature.ReadAll(bytes);
        Assert.Equal(CoSignature.MaxRead, entries.Count);
        Assert.All(entries, entry => Assert.Equal(new CoSignature(null, null, null, false), entry));
    }

    private byte[] CoSign(byte[] bytes, string role) =>
        Change(
            bytes,
            members =>
            {
                var signature = new byte[64];
                _second.Sign(SignedScope.BytesOf(members), signature);
                members["co_signatures"] = new JsonArray(
                    new JsonObject
                    {
                        ["public_key"] = _second.PublicKey.Hex,
                        ["signature"] = Convert.ToHexStringLower(signature),
                        ["role"] = role,
                    }
                );
            }
        );

    private static byte[] Change(byte[] bytes, Action<JsonObject> change)
    {
        var members = (JsonObject)StrictJson.Parse(bytes)!;
        change(members);
        return CanonicalJson.Canonicalize(members);
    }
}
