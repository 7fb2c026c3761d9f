using System.Text;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>The second opinion of an <c>arweave</c> anchor in the settings: ar.io Verify and its operators.</summary>
public sealed class VerifySettingsTests
{
    private const string Operator = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public void Service_operators_and_level_are_read_and_nobody_is_asked_or_believed_unless_named()
    {
        var named = Parse($$""", "verify": "https://gw.example/local/verify", "operators": ["{{Operator}}"], "verify_level": 3""");
        Assert.Equal("https://gw.example/local/verify", named.Verify?.ToString());
        Assert.Equal(Operator, Assert.Single(named.Operators));
        Assert.Equal(3, named.VerifyLevel);
        var none = Parse("");
        Assert.Equal((null, 0, 2), (none.Verify, none.Operators.Length, none.VerifyLevel));
    }

    [Theory]
    [InlineData("\"verify\": \"http://gw.example\"", "verify: plain http to another machine")]
    [InlineData("\"verify\": \"gw.example\"", "verify: must be an address")]
    [InlineData("\"verify\": \"ftp://gw.example\"", "verify: must be an address")]
    [InlineData("\"operators\": [\"someone\"]", "operators[0]: must be an Arweave address")]
    [InlineData("\"operators\": [\"" + Operator + "\", \"" + Operator + "A\"]", "operators[1]: must be an Arweave address")]
    [InlineData("\"operators\": \"" + Operator + "\"", "operators: must be a list")]
    [InlineData("\"verify_level\": 0", "verify_level: must be a whole number from 1 to 3")]
    [InlineData("\"verify_level\": 4", "verify_level: must be a whole number from 1 to 3")]
    [InlineData("\"verify_level\": \"3\"", "verify_level: must be a whole number from 1 to 3")]
    public void A_fault_is_named_with_its_place(string member, string fault)
    {
        var refused = Assert.Throws<SettingsException>(() => Parse(", " + member));
        Assert.StartsWith("anchors[0]." + fault, Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gw.example")]
    [InlineData("ftp://gw.example")]
    [InlineData("https://me:t0psecret@gw.example")]
    public async Task An_environment_that_names_no_service_makes_the_anchor_unusable_and_is_named(string address)
    {
        using var scene = new HomeScene();
        scene.Environment["ARIO_MLFLOW_ARIO_VERIFY_URL"] = address;
        await using var session = scene.Open(new HallmarkSettings { Anchors = [Parse("")] }, isOffline: true);
        var status = await session.Anchors[0].ReadStatusAsync(CancellationToken.None);
        Assert.False(status.IsReachable);
        Assert.Contains("ARIO_MLFLOW_ARIO_VERIFY_URL is not an address", status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("t0psecret", status.Detail, StringComparison.Ordinal);
    }

    private static ArweaveSettings Parse(string members) =>
        (ArweaveSettings)
            Assert.Single(
                SettingsReader
                    .Parse(Encoding.UTF8.GetBytes($$"""{"anchors": [{"name": "a", "type": "arweave"{{members}}}]}"""), "hallmark.json")
                    .Anchors
            );
}
