using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

/// <summary>The published vectors of <c>testdata/ario</c>: jcs-numbers, jcs-documents, jcs-rejects, float-rounding.</summary>
public class CanonicalVectorTests
{
    [Fact]
    public void Every_number_is_spelled_as_published_from_its_text_and_from_its_bits()
    {
        var cases = VectorFile.Cases("jcs-numbers.json");
        Assert.True(cases.Count >= 185);
        foreach (var number in cases)
        {
            var canonical = number.Text("canonical");
            var value = Double(number.Text("ieee754_be_hex"));
            Assert.Equal(canonical, Text(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(number.Text("json_text")))));
            Assert.Equal(canonical, Text(CanonicalJson.Canonicalize(JsonValue.Create(value))));
            Assert.Equal(BitConverter.DoubleToInt64Bits(value + 0.0), BitConverter.DoubleToInt64Bits(double.Parse(canonical)));
        }
    }

    [Fact]
    public void Every_document_has_the_published_form_by_every_way()
    {
        var cases = VectorFile.Cases("jcs-documents.json");
        Assert.True(cases.Count >= 140);
        foreach (var document in cases)
        {
            var source = Encoding.UTF8.GetBytes(document.Text("json_text"));
            var canonical = CanonicalJson.Canonicalize(source, DuplicateNames.KeepLast);
            Assert.Equal(document.Text("canonical"), Text(canonical));
            Assert.Equal(document.GetProperty("canonical_utf8_length").GetInt32(), canonical.Length);
            Assert.Equal(document.Text("canonical_utf8_sha256"), Convert.ToHexStringLower(SHA256.HashData(canonical)));

            var node = StrictJson.Parse(source, DuplicateNames.KeepLast);
            Assert.Equal(canonical, CanonicalJson.Canonicalize(node));
            Assert.Equal(document.Text("canonical_utf8_sha256"), CanonicalJson.Sha256Hex(node));
            using var writer = new CanonicalJsonWriter();
            Assert.Equal(canonical, writer.Node(node).ToArray());
            using var parsed = JsonDocument.Parse(source, new JsonDocumentOptions { MaxDepth = 200 });
            Assert.Equal(canonical, CanonicalJson.Canonicalize(parsed.RootElement, DuplicateNames.KeepLast));
        }
    }

    [Fact]
    public void Every_text_that_must_be_refused_is_refused_with_a_reason_and_a_place()
    {
        var cases = VectorFile.Cases("jcs-rejects.json");
        Assert.True(cases.Count >= 21);
        foreach (var refused in cases)
        {
            var source = Encoding.UTF8.GetBytes(refused.Text("json_text"));
            foreach (var duplicates in Enum.GetValues<DuplicateNames>())
            {
                var refusal = Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize(source, duplicates));
                Assert.InRange(refusal.Offset, 0, source.Length);
                Assert.NotEqual(JsonFault.None, refusal.Fault);
                Assert.False(StrictJson.TryParse(source, out var node, out var sameRefusal, duplicates));
                Assert.Null(node);
                Assert.Equal((refusal.Fault, refusal.Offset), (sameRefusal.Fault, sameRefusal.Offset));
            }
        }
    }

    [Fact]
    public void Every_float_is_rounded_as_published()
    {
        var cases = VectorFile.Cases("float-rounding.json");
        Assert.True(cases.Count >= 124);
        foreach (var rounding in cases)
        {
            var decimals = rounding.GetProperty("precision").GetInt32();
            if (rounding.TryGetProperty("input_json", out var nested))
            {
                // The input is a JSON value, or a text that holds one.
                var node = JsonNode.Parse(nested.ValueKind == JsonValueKind.String ? nested.GetString()! : nested.GetRawText());
                Assert.Equal(rounding.Text("canonical"), Text(CanonicalJson.Canonicalize(FloatRounding.Normalize(node, decimals))));
                continue;
            }

            var rounded = FloatRounding.Round(Double(rounding.Text("input_ieee754_be_hex")), decimals);
            Assert.Equal(rounding.Text("output_ieee754_be_hex"), BitConverter.DoubleToInt64Bits(rounded).ToString("x16"));
            Assert.Equal(rounding.Text("canonical"), Text(CanonicalJson.Canonicalize(JsonValue.Create(rounded))));
        }
    }

    private static double Double(string hex) => BitConverter.Int64BitsToDouble(Convert.ToInt64(hex, 16));

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
