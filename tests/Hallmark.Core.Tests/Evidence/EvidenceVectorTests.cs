using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Tests.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>All cases of <c>testdata/ario/evidence-bundles.json</c>: every field of every result, and the exit code.</summary>
public sealed class EvidenceVectorTests
{
    private static readonly IReadOnlyList<JsonElement> Cases = VectorFile.Cases("evidence-bundles.json");

    public static TheoryData<string> Ids => [.. Cases.Select(item => item.Text("id"))];

    [Fact]
    public void There_are_as_many_cases_as_were_published() => Assert.True(Cases.Count >= 104);

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_result_and_the_exit_code_are_the_published_ones(string id)
    {
        var item = Cases.Single(row => row.Text("id") == id);
        var bundle = Encoding.UTF8.GetBytes(item.GetProperty("bundle").GetRawText());
        var result = await EvidenceVerifier.VerifyAsync(
            bundle,
            new EvidenceInputs { Gateways = Gateways(item), DisclosedContent = Content(item) },
            (url, _) => ValueTask.FromResult(Answer(item, url)),
            CancellationToken.None
        );
        var expected = (JsonObject)JsonNode.Parse(item.GetProperty("expect").GetRawText())!;
        var actual = result.ToJson();
        actual["exit_code"] = result.ExitCode;
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected}\nactual {actual}");
    }

    private static string[] Gateways(JsonElement item) =>
        item.GetProperty("gateways") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(gateway => gateway.GetString()!)]
            : [];

    private static Dictionary<string, string> Content(JsonElement item) =>
        item.GetProperty("content_hex") is { ValueKind: JsonValueKind.Object } content
            ? content.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!)
            : [];

    private static ReadOnlyMemory<byte>? Answer(JsonElement item, string url)
    {
        // Not a conditional expression: its null would become an array's, and that no bytes at all.
        if (
            item.GetProperty("gateway_responses") is { ValueKind: JsonValueKind.Object } responses
            && responses.TryGetProperty(url, out var body)
            && body.ValueKind == JsonValueKind.String
        )
        {
            return Encoding.UTF8.GetBytes(body.GetString()!);
        }

        return null;
    }
}
