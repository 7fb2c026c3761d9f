using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Inference.Status;
using Hallmark.Server.Agent;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Agent;

public sealed class AssetPathTests
{
    public static TheoryData<string, string> Vectors
    {
        get
        {
            var rows = new TheoryData<string, string>();
            var file = JsonNode.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/verify-status-paths.json")))!;
            foreach (var one in file["cases"]!.AsArray())
            {
                rows.Add((string)one!["path"]!, (string)one["asset_id"]!);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Every_path_of_the_family_names_its_asset(string path, string assetId) => Assert.Equal(assetId, AssetPath.FindAssetId(path));

    [Fact]
    public void What_our_client_asks_for_is_what_our_agent_reads_whatever_the_id()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 2_000; i++)
        {
            var id = new StringBuilder();
            for (var length = random.Next(1, 20); length > 0; length--)
            {
                var scalar = random.Next(0, 4) switch
                {
                    0 => random.Next(0x20, 0x7f),
                    1 => random.Next(0, 0x800),
                    2 => random.Next(0xe000, 0xfffd),
                    _ => random.Next(0x10000, 0x10ffff),
                };
                id.Append(new Rune(scalar).ToString());
            }

            Assert.Equal(id.ToString(), AssetPath.FindAssetId(AssetStatusClient.PathOf(id.ToString())));
        }
    }

    [Theory]
    [InlineData("/v1/verify-status/a%2fb", "a/b")]
    [InlineData("/v1/verify-status/a?b=c", "a")]
    [InlineData("/v1/verify-status/%2e%2e", "..")]
    [InlineData("/v1/verify-status/a+b", "a+b")]
    [InlineData("/v1/verify-status/%25", "%")]
    public void Escapes_of_either_case_a_query_and_a_plus_are_read_as_RFC_3986_has_them(string target, string assetId) =>
        Assert.Equal(assetId, AssetPath.FindAssetId(target));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("*")]
    [InlineData("/v1/verify-status")]
    [InlineData("/v1/verify-status?m")]
    [InlineData("/V1/verify-status/m")]
    [InlineData("/v1//verify-status/m")]
    [InlineData("/v1/verify-status/a/b")]
    [InlineData("/v1/verify-status/m/")]
    [InlineData("/v1/verify-status/%")]
    [InlineData("/v1/verify-status/%4")]
    [InlineData("/v1/verify-status/%4g")]
    [InlineData("/v1/verify-status/%g4")]
    [InlineData("/v1/verify-status/%ff")]
    [InlineData("/v1/verify-status/%c0%af")]
    [InlineData("/v1/verify-status/%ed%a0%80")]
    [InlineData("/v1/verify-status/a b")]
    [InlineData("/v1/verify-status/é")]
    [InlineData("http://127.0.0.1/v1/verify-status/m")]
    public void Another_path_and_what_is_not_well_formed_name_nothing(string target) => Assert.Null(AssetPath.FindAssetId(target));
}
