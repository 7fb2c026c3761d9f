using System.Text.Json.Nodes;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.OpenTimestamps;

/// <summary>The vectors of testdata/ots and, beside the project, of others' published proofs.</summary>
internal static class OtsVectors
{
    public static JsonNode Primitives => Read("ots/primitives.json");

    public static JsonNode Regtest => Read("ots/regtest.json");

    public static JsonNode Negative => Read("ots/negative.json");

    public static JsonNode Mainnet => JsonNode.Parse(File.ReadAllBytes(ProjectFiles.SharedFile("vectors/ots/mainnet.json")))!;

    public static byte[] RegtestFile(string name) => File.ReadAllBytes(ProjectFiles.TestData("ots/regtest/" + name));

    public static byte[] MainnetFile(string name) => File.ReadAllBytes(ProjectFiles.SharedFile("vectors/ots/mainnet/" + name));

    public static IReadOnlyList<JsonNode> Each(this JsonNode node, string member) =>
        [.. node[member]!.AsArray().Select(static one => one!)];

    public static byte[] Hex(this JsonNode node, string member) => Convert.FromHexString(node.Text(member));

    public static string Text(this JsonNode node, string member) => node[member]!.GetValue<string>();

    /// <summary>The attestations of a proof as the vectors list them: path, message, who attests.</summary>
    public static List<string> Leaves(Timestamp timestamp) => [.. Walk(timestamp, path: "")];

    /// <summary>The same list, from a vector.</summary>
    public static List<string> Leaves(JsonNode vector) =>
        [
            .. vector
                .Each("leaves")
                .Select(leaf =>
                    string.Concat(leaf.Each("path").Select(step => step + ";"))
                    + leaf.Text("commitment")
                    + " "
                    + Attestation(leaf["attestation"]!)
                ),
        ];

    private static string Attestation(JsonNode attestation) =>
        attestation.Text("type") switch
        {
            "pending" => "pending " + attestation.Text("uri"),
            "unknown" => $"unknown {attestation.Text("tag")} {attestation.Text("payloadHex")}",
            var chain => $"{chain} {attestation["height"]}",
        };

    private static IEnumerable<string> Walk(Timestamp node, string path) =>
        node
            .Attestations.Select(attestation => $"{path}{Convert.ToHexStringLower(node.Message)} {attestation}")
            .Concat(node.Branches.SelectMany(branch => Walk(branch.Result, $"{path}{branch.Operation};")));

    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllBytes(ProjectFiles.TestData(name)))!;
}
