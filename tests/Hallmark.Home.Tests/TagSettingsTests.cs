using System.Text;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>What an <c>arweave</c> anchor says in public: <c>tags</c>, <c>scope</c> and <c>content_hash</c>.</summary>
public sealed class TagSettingsTests
{
    private const string Scope = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [Fact]
    public void Tags_are_read_in_their_order_and_nothing_more_is_said_unless_asked_for()
    {
        var settings = Parse($$""", "tags": {"Team": "risk", "Alpha": "1"}, "scope": "{{Scope}}", "content_hash": true""");
        Assert.Equal(["Team=risk", "Alpha=1"], settings.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Equal((Scope, true), (settings.Scope, settings.HasContentHash));
        var none = Parse("");
        Assert.Equal((0, null, false), (none.Tags.Length, none.Scope, none.HasContentHash));
    }

    [Theory]
    [InlineData("\"tags\": {\"Event-Id\": \"mine\"}", "tags.Event-Id: is a tag that every item has already")]
    [InlineData("\"tags\": {\"App-Name\": \"mine\"}", "tags.App-Name: is a tag that every item has already")]
    [InlineData("\"tags\": {\"Team\": 7}", "tags.Team: must be a text")]
    [InlineData("\"tags\": {\"Team\": \"\"}", "tags.Team: must be a text")]
    [InlineData("\"tags\": []", "tags: must be an object")]
    [InlineData("\"scope\": \"team-a\"", "scope: must be the SHA-256")]
    [InlineData("\"scope\": \"9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08\"", "scope: must be the SHA-256")]
    [InlineData("\"content_hash\": \"yes\"", "content_hash: must be true or false")]
    public void A_fault_is_named_with_its_place(string member, string fault)
    {
        var refused = Assert.Throws<SettingsException>(() => Parse(", " + member));
        Assert.StartsWith("anchors[0]." + fault, Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_or_too_long_tags_are_refused()
    {
        var many = string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"T{i}\": \"v\""));
        Assert.Contains("at most 16 tags", Refused($", \"tags\": {{{many}}}"), StringComparison.Ordinal);
        Assert.Contains("at most 16 tags", Refused($", \"tags\": {{\"T\": \"{new string('v', 257)}\"}}"), StringComparison.Ordinal);
        Assert.Contains("at most 16 tags", Refused($", \"tags\": {{\"{new string('t', 257)}\": \"v\"}}"), StringComparison.Ordinal);
    }

    private static string Refused(string members) => Assert.Throws<SettingsException>(() => Parse(members)).Message;

    private static ArweaveSettings Parse(string members) =>
        (ArweaveSettings)
            Assert.Single(
                SettingsReader
                    .Parse(Encoding.UTF8.GetBytes($$"""{"anchors": [{"name": "a", "type": "arweave"{{members}}}]}"""), "hallmark.json")
                    .Anchors
            );
}
