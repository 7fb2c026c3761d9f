using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Core.Tests.Json;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Envelopes;

/// <summary>The corpus of the family's kernels (<c>vectors/ario/kernel</c>): what they minted we mint byte for byte, what they refuse we refuse.</summary>
public class KernelCorpusTests
{
    private const string Corpus = "vectors/ario/kernel";

    [SharedFact(Corpus)]
    public void Agent_envelopes_are_minted_byte_for_byte()
    {
        var files = Directory.GetFiles(ProjectFiles.SharedFile(Corpus), "envelope-*.json");
        Assert.Equal(6 - 1, files.Count(file => !file.Contains("checkpoint", StringComparison.Ordinal)));
        foreach (var file in files)
        {
            using var document = VectorFile.Open(file);
            var vector = document.RootElement;
            var outputs = vector.GetProperty("expected_outputs");
            var unsigned = Node(vector.GetProperty("inputs").GetProperty("envelope_pre_signature"));
            Assert.Equal(outputs.Text("payload_jcs_bytes_hex"), Hex(CanonicalJson.Canonicalize(unsigned["payload"])));
            AssertMinted(vector, outputs, unsigned, committed: null);
        }
    }

    [SharedFact(Corpus + "/ario.events-v1")]
    public void Event_and_checkpoint_envelopes_are_minted_byte_for_byte_and_bind_their_records()
    {
        var minted = 0;
        foreach (var file in Directory.GetFiles(ProjectFiles.SharedFile(Corpus + "/ario.events-v1"), "*.json"))
        {
            using var document = VectorFile.Open(file);
            var vectors = document.RootElement.TryGetProperty("windows", out var windows)
                ? windows.EnumerateArray().ToArray()
                : [document.RootElement];
            foreach (var vector in vectors)
            {
                var outputs = vector.GetProperty("expected_outputs");
                var record = CanonicalJson.Canonicalize(Node(vector.GetProperty("inputs").GetProperty("event_record")));
                Assert.Equal(outputs.Text("payload_jcs_bytes_hex"), Hex(record));
                Assert.Equal(outputs.Text("payload_hash_hex"), Hex(SHA256.HashData(record)));
                var unsigned = Node(vector.GetProperty("inputs").GetProperty("envelope_pre_signature"));
                unsigned["payload_hash"] = outputs.Text("payload_hash_hex");
                AssertMinted(document.RootElement, outputs, unsigned, record);
                minted++;
            }
        }

        Assert.True(minted >= 5);
    }

    [SharedFact(Corpus + "/ario.events-v1")]
    public void Every_leaf_of_a_checkpoint_is_a_complete_envelope_that_verifies()
    {
        using var document = VectorFile.Open(ProjectFiles.SharedFile(Corpus + "/ario.events-v1/events-checkpoint-01.json"));
        var leaves = document.RootElement.GetProperty("merkle").GetProperty("leaves").EnumerateArray().ToArray();
        Assert.NotEmpty(leaves);
        foreach (var leaf in leaves)
        {
            var bytes = Convert.FromHexString(leaf.Text("envelope_jcs_bytes_hex"));
            Assert.Equal(bytes, CanonicalJson.Canonicalize(leaf.GetProperty("envelope")));
            Assert.True(EnvelopeVerifier.Verify(bytes, CanonicalJson.Canonicalize(leaf.GetProperty("event_record"))).IsOk);
        }
    }

    [SharedFact(Corpus + "/ario.events-v1")]
    public void The_record_builder_writes_the_published_records()
    {
        using var document = VectorFile.Open(ProjectFiles.SharedFile(Corpus + "/ario.events-v1/events-event-01.json"));
        var published = document.RootElement.GetProperty("inputs").GetProperty("event_record");
        var content = published.GetProperty("event");
        var record = EventRecord.ForContent(
            content.Text("content_hash"),
            content.GetProperty("content_length").GetInt64(),
            content.Text("ref")
        ) with
        {
            ProducerId = published.GetProperty("subject").Text("producer_id"),
            Metadata = Node(published.GetProperty("metadata")),
        };
        Assert.Equal(CanonicalJson.Canonicalize(published), CanonicalJson.Canonicalize(record.ToJson()));

        using var checkpointDocument = VectorFile.Open(ProjectFiles.SharedFile(Corpus + "/ario.events-v1/events-checkpoint-01.json"));
        var checkpoint = checkpointDocument.RootElement.GetProperty("inputs").GetProperty("event_record");
        var tree = checkpoint.GetProperty("event");
        var window = tree.GetProperty("window");
        var built = EventRecord.ForCheckpoint(
            tree.Text("merkle_root"),
            tree.GetProperty("leaf_count").GetInt64(),
            window.GetProperty("start").GetDateTimeOffset(),
            window.GetProperty("end").GetDateTimeOffset()
        ) with
        {
            ProducerId = checkpoint.GetProperty("subject").Text("producer_id"),
            ChainKey = checkpoint.GetProperty("context").Text("chain_key"),
        };
        Assert.Equal(CanonicalJson.Canonicalize(checkpoint), CanonicalJson.Canonicalize(built.ToJson()));
    }

    [SharedFact(Corpus + "/negatives")]
    public void What_the_kernels_refuse_is_refused()
    {
        var files = Directory.GetFiles(ProjectFiles.SharedFile(Corpus + "/negatives"), "*.json");
        Assert.True(files.Length >= 5);
        foreach (var file in files)
        {
            using var document = VectorFile.Open(file);
            Assert.False(document.RootElement.GetProperty("expect").GetProperty("accepts").GetBoolean());
            var result = EnvelopeVerifier.Verify(Convert.FromHexString(document.RootElement.Text("envelope_bytes_hex")), allowLegacy: true);
            Assert.False(result.IsOk, file);
            var reason = document.RootElement.GetProperty("expect").Text("reason");
            Assert.Contains(
                result.Errors,
                error =>
                    error.Contains(
                        reason switch
                        {
                            "lone_surrogate" => "surrogate",
                            "missing_payload_hash" => "missing payload_hash",
                            _ => "unsupported spec_version",
                        },
                        StringComparison.Ordinal
                    )
            );
        }
    }

    private static void AssertMinted(JsonElement vector, JsonElement outputs, JsonObject unsigned, ReadOnlyMemory<byte>? committed)
    {
        var before = unsigned.ToJsonString();
        using var key = Ed25519PrivateKey.FromSeed(Convert.FromHexString(vector.GetProperty("fixed_keypair").Text("ed25519_seed_hex")));
        var minted = EnvelopeSealer.Seal(unsigned, key);
        Assert.Equal(before, unsigned.ToJsonString());
        Assert.Equal(outputs.Text("payload_hash_hex"), minted.View.PayloadHash);
        Assert.Equal(outputs.Text("signature_hex"), minted.View.Signature);
        Assert.Equal(outputs.Text("envelope_for_sig_jcs_bytes_hex"), Hex(SignedScope.BytesOf(minted.View.Members)));
        if (outputs.TryGetProperty("envelope_jcs_bytes_hex", out var complete))
        {
            Assert.Equal(complete.GetString(), Hex(minted.Bytes.Span));
        }

        Assert.Equal(CanonicalJson.Canonicalize(minted.View.Members), minted.Bytes.ToArray());
        var result = EnvelopeVerifier.Verify(minted.Bytes.Span, committed);
        Assert.True(result.IsOk, string.Join("; ", result.Errors));
        Assert.True(result.PayloadHashOk);
    }

    private static JsonObject Node(JsonElement element) => (JsonObject)StrictJson.Parse(Encoding.UTF8.GetBytes(element.GetRawText()))!;

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
