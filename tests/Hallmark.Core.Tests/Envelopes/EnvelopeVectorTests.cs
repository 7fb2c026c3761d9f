using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Tests.Json;

namespace Hallmark.Core.Tests.Envelopes;

/// <summary>All cases of <c>testdata/ario/envelope-verify.json</c>, every field of every result.</summary>
public class EnvelopeVectorTests
{
    private static readonly IReadOnlyList<JsonElement> Cases = VectorFile.Cases("envelope-verify.json");

    [Fact]
    public void The_kernel_result_is_the_published_one()
    {
        Assert.True(Cases.Count >= 435);
        foreach (var item in Cases)
        {
            AssertSame(
                item,
                "kernel",
                EnvelopeVerifier.Verify(Envelope(item), Bytes(item), ContentHash(item), allowLegacy: false).ToJson()
            );
            AssertSame(
                item,
                "kernel_allow_legacy",
                EnvelopeVerifier.Verify(Envelope(item), Bytes(item), ContentHash(item), allowLegacy: true).ToJson()
            );
        }
    }

    [Fact]
    public void The_result_from_the_received_bytes_is_the_same_wherever_the_bytes_can_be_read()
    {
        var read = 0;
        foreach (var item in Cases)
        {
            var utf8 = Encoding.UTF8.GetBytes(item.GetProperty("envelope").GetRawText());
            var result = EnvelopeVerifier.Verify(utf8, Bytes(item), ContentHash(item), allowLegacy: false);
            if (result.IsMalformed)
            {
                Assert.False(item.GetProperty("expect").GetProperty("kernel").GetProperty("ok").GetBoolean(), item.Text("id"));
                Assert.False(result.IsOk || result.SignatureOk || result.SpecVersionOk);
                continue;
            }

            AssertSame(item, "kernel", result.ToJson());
            read++;
        }

        Assert.True(read >= 430);
    }

    [Fact]
    public void The_results_in_the_shape_of_the_MLflow_plugin_are_the_published_ones()
    {
        foreach (var item in Cases)
        {
            AssertSame(item, "verify_commitment", CommitmentVerification.Verify(Envelope(item), Bytes(item)).ToJson());
            AssertSame(item, "verify_signature", CommitmentVerification.Verify(Envelope(item), committedBytes: null).ToSignatureJson());
        }
    }

    private static JsonNode? Envelope(JsonElement item) =>
        JsonNode.Parse(item.GetProperty("envelope").GetRawText(), documentOptions: new JsonDocumentOptions { MaxDepth = 600 });

    private static ReadOnlyMemory<byte>? Bytes(JsonElement item)
    {
        if (item.GetProperty("payload_utf8") is { ValueKind: JsonValueKind.String } text)
        {
            return Encoding.UTF8.GetBytes(text.GetString()!);
        }

        // Not a conditional expression: its null would become an array's, and that no bytes at all.
        if (item.GetProperty("payload_hex") is { ValueKind: JsonValueKind.String } hex)
        {
            return Convert.FromHexString(hex.GetString()!);
        }

        return null;
    }

    private static string? ContentHash(JsonElement item) => item.GetProperty("expected_content_hash").GetString();

    private static void AssertSame(JsonElement item, string expectation, JsonObject actual)
    {
        var expected = JsonNode.Parse(item.GetProperty("expect").GetProperty(expectation).GetRawText());
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{item.Text("id")} {expectation}\nexpected {expected}\nactual {actual}");
    }
}
