using System.Text.Json;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

public sealed class GatewayListTests
{
    public static TheoryData<string> Cases => [.. Vectors.Select(vector => vector.Text("id"))];

    private static IReadOnlyList<JsonElement> Vectors
    {
        get
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/gateways.json")));
            return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.Clone())];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_list_is_resolved_as_the_family_resolves_it(string id)
    {
        var vector = Vectors.Single(candidate => candidate.Text("id") == id);
        var configured = vector.GetProperty("explicit") is { ValueKind: JsonValueKind.Array } list ? Texts(list) : null;
        Assert.Equal(
            Texts(vector.GetProperty("expect")),
            GatewayList.Resolve(configured, vector.GetProperty("env").GetString(), vector.GetProperty("gateway_host").GetString())
        );
    }

    [Fact]
    public void Without_any_setting_the_default_host_is_asked_first_and_once()
    {
        Assert.Equal(["turbo-gateway.com", "ardrive.net"], GatewayList.Resolve(null, null, null));
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];
}
