using System.Text;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>What each kind of anchor refuses in the settings. Somebody who mistypes here would anchor nowhere, or believe whom he did not choose.</summary>
public sealed class WorldSettingsTests
{
    private const string Address = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Theory]
    [InlineData("upload", "\"ftp://up.example\"", "must be an address")]
    [InlineData("upload", "\"up.example\"", "must be an address")]
    [InlineData("upload", "\"https://up.example/#part\"", "must be an address")]
    [InlineData("upload", "\"http://up.example\"", "plain http to another machine")]
    [InlineData("payment", "\"http://pay.example\"", "plain http to another machine")]
    [InlineData("payment", "\"//pay.example\"", "must be an address")]
    [InlineData("gateways[1]", "[\"gw.example\", \"http://gw.example\"]", "plain http to another machine")]
    [InlineData("gateways[0]", "[\"a b\"]", "must be a host")]
    [InlineData("gateways[0]", "[7]", "must be a text")]
    [InlineData("gateways", "\"gw.example\"", "must be a list")]
    [InlineData("earlier_wallets[0]", "[\"" + Address + "A\"]", "must be an Arweave address")]
    [InlineData("earlier_wallets[1]", "[\"" + Address + "\", \"\"]", "must be a text")]
    [InlineData("bundlers[0]", "[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+\"]", "must be an Arweave address")]
    [InlineData("bundlers[0]", "[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAé\"]", "must be an Arweave address")]
    [InlineData("wallet", "\"ephemeral\"", "a wallet for one process only is not made")]
    [InlineData("wallet", "\"Ephemeral\"", "a wallet for one process only is not made")]
    [InlineData("depth", "0", "must be a whole number from 1 to 1000")]
    [InlineData("depth", "1001", "must be a whole number from 1 to 1000")]
    [InlineData("depth", "4294967297", "must be a whole number")]
    [InlineData("depth", "18.5", "must be a whole number")]
    [InlineData("allow_plain_http", "\"yes\"", "must be true or false")]
    [InlineData("allow_plain_http", "1", "must be true or false")]
    public void A_faulty_arweave_anchor_is_refused_at_its_place(string place, string value, string fault) =>
        AssertFault($"\"type\": \"arweave\", \"{place.Split('[')[0]}\": {value}", place, fault);

    [Theory]
    [InlineData("calendars", "[]", "1 to ")]
    [InlineData("calendars[0]", "[\"a.example\"]", "must be an address")]
    [InlineData("calendars[1]", "[\"https://a.example\", \"http://b.example\"]", "plain http to another machine")]
    [InlineData("min_calendars", "0", "must be a whole number")]
    [InlineData("network", "\"bitcoin\"", "must be mainnet or")]
    [InlineData("network", "\"Mainnet\"", "must be mainnet or")]
    [InlineData("depth", "-6", "must be a whole number")]
    [InlineData("bitcoin.rpc", "{}", "one of rpc, headers and esplora")]
    [InlineData(
        "bitcoin.esplora",
        "{\"rpc\": \"http://127.0.0.1:1\", \"esplora\": \"https://e.example\"}",
        "rpc and esplora are two sources of the same"
    )]
    [InlineData("bitcoin.cookie_file", "{\"headers\": \"h\", \"cookie_file\": \"c\"}", "is for rpc")]
    [InlineData("bitcoin.rpc", "{\"rpc\": \"http://node.example:8332\"}", "plain http to another machine")]
    [InlineData("bitcoin.user", "{\"headers\": \"h\", \"user\": \"u\"}", "not a setting")]
    [InlineData("bitcoin", "\"https://e.example\"", "must be an object")]
    public void A_faulty_opentimestamps_anchor_is_refused_at_its_place(string place, string value, string fault) =>
        AssertFault($"\"type\": \"opentimestamps\", \"{place.Split('[', '.')[0]}\": {value}", place, fault);

    [Fact]
    public void More_calendars_wanted_than_named_are_refused() =>
        AssertFault(
            "\"type\": \"opentimestamps\", \"calendars\": [\"https://a.example\"], \"min_calendars\": 2",
            "min_calendars",
            "there are only 1 calendars"
        );

    /// <summary>Each calendar counts for <c>min_calendars</c>: one that is named twice would stand for two that nobody asked.</summary>
    [Theory]
    [InlineData("\"https://a.example\", \"https://a.example\"")]
    [InlineData("\"https://a.example\", \"https://b.example\", \"https://A.example:443/\"")]
    public void A_calendar_that_is_named_twice_is_refused(string calendars) =>
        AssertFault($"\"type\": \"opentimestamps\", \"min_calendars\": 2, \"calendars\": [{calendars}]", "calendars", "each is named once");

    [Fact]
    public void One_calendar_alone_is_enough_where_nobody_asked_for_more()
    {
        var settings = (OpenTimestampsSettings)Parse("\"type\": \"opentimestamps\", \"calendars\": [\"https://a.example\"]");
        Assert.Equal(1, settings.MinCalendars);
        Assert.Equal(2, ((OpenTimestampsSettings)Parse("\"type\": \"opentimestamps\"")).MinCalendars);
    }

    [Theory]
    [InlineData("\"url\": \"https://tsa.example\"", "roots", "at least one file of root certificates")]
    [InlineData("\"url\": \"https://tsa.example\", \"roots\": []", "roots", "at least one file of root certificates")]
    [InlineData("\"url\": \"tsa.example\", \"roots\": [\"r\"]", "url", "must be an address")]
    [InlineData("\"url\": \"http://tsa.example\", \"roots\": [\"r\"]", "url", "plain http to another machine")]
    [InlineData("\"url\": \"https://tsa.example\", \"roots\": [\"r\"], \"policy\": \"1\"", "policy", "must be an object identifier")]
    [InlineData("\"url\": \"https://tsa.example\", \"roots\": [\"r\"], \"policy\": \"1..2\"", "policy", "must be an object identifier")]
    [InlineData("\"url\": \"https://tsa.example\", \"roots\": [\"r\"], \"policy\": \"1.2.\"", "policy", "must be an object identifier")]
    [InlineData("\"url\": \"https://tsa.example\", \"roots\": [\"r\"], \"policy\": \"1.२\"", "policy", "must be an object identifier")]
    [InlineData(
        "\"url\": \"https://tsa.example\", \"roots\": [\"r\"], \"policy\": \"tsa_policy1\"",
        "policy",
        "must be an object identifier"
    )]
    public void A_faulty_time_stamp_authority_is_refused_at_its_place(string members, string place, string fault) =>
        AssertFault("\"type\": \"rfc3161\", " + members, place, fault);

    [Theory]
    [InlineData("\"roots\": [\"r\"], \"policy\": \"1.2.3\"", "url: missing")]
    [InlineData("\"url\": 5, \"roots\": [\"r\"]", "url: must be a text")]
    [InlineData("\"url\": \"https://tsa.example\", \"roots\": \"r\"", "roots: must be a list")]
    [InlineData("\"url\": \"https://tsa.example\", \"roots\": [\"\"]", "roots[0]: must be a text")]
    [InlineData("", "url: missing", "roots: at least one file")]
    [InlineData("\"policy\": \"x\", \"polcy\": \"x\"", "url: missing", "roots: at least one", "policy: must be", "polcy: not a setting")]
    public void Every_fault_of_an_authority_is_told_once_and_its_settings_are_known(string members, params string[] faults) =>
        AssertFaults("\"type\": \"rfc3161\"" + (members.Length > 0 ? ", " : "") + members, faults);

    [Theory]
    [InlineData("\"calendars\": []", "calendars: 1 to")]
    [InlineData("\"calendars\": \"https://a.example\"", "calendars: must be a list")]
    [InlineData("\"calendars\": [\"a\", \"https://b.example\"], \"min_calendars\": 2", "calendars[0]: must be an address")]
    [InlineData("\"calendars\": [\"a\"], \"min_calendars\": 2", "calendars[0]: must be an address", "min_calendars: there are only 1")]
    public void Every_fault_of_the_calendars_is_told_once(string members, params string[] faults) =>
        AssertFaults("\"type\": \"opentimestamps\", " + members, faults);

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost")]
    [InlineData("http://[::1]:9")]
    [InlineData("https://tsa.example:8443/path?x=1")]
    public void An_address_on_this_machine_needs_no_encryption(string url)
    {
        var settings = (TimeStampAuthoritySettings)Parse($"\"type\": \"rfc3161\", \"url\": \"{url}\", \"roots\": [\"r\"]");
        Assert.Equal(new Uri(url), settings.Url);
        Assert.False(settings.AllowPlainHttp);
    }

    [Theory]
    [InlineData("http://127.0.0.1.example.org")]
    [InlineData("http://localhost.example.org")]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://[::2]")]
    public void A_name_that_only_begins_like_this_machine_is_another(string url) =>
        AssertFault($"\"type\": \"rfc3161\", \"url\": \"{url}\", \"roots\": [\"r\"]", "url", "plain http to another machine");

    [Fact]
    public void A_bundler_of_ones_own_is_not_asked_for_the_usual_ones_balance()
    {
        Assert.NotNull(((ArweaveSettings)Parse("\"type\": \"arweave\"")).Payment);
        Assert.Null(((ArweaveSettings)Parse("\"type\": \"arweave\", \"upload\": \"https://up.example\"")).Payment);
    }

    [Fact]
    public void No_gateways_and_an_empty_list_of_them_are_two_things()
    {
        Assert.Null(((ArweaveSettings)Parse("\"type\": \"arweave\"")).Gateways);
        Assert.Empty(((ArweaveSettings)Parse("\"type\": \"arweave\", \"gateways\": []")).Gateways!.Value);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("A-b_9")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_name_of_letters_digits_dashes_and_underscores_is_taken(string name) =>
        Assert.Equal(name, Read($$"""{"anchors": [{"name": "{{name}}", "type": "arweave"}]}""").Anchors[0].Name);

    [Theory]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("ä")]
    [InlineData("a\\n")]
    public void A_name_that_could_be_a_path_or_a_line_is_refused(string name)
    {
        var refused = Assert.Throws<SettingsException>(() => Read($$"""{"anchors": [{"name": "{{name}}", "type": "arweave"}]}"""));
        Assert.StartsWith("anchors[0].name: 1 to 64", Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Sixty_four_anchors_are_taken_and_one_more_is_refused()
    {
        string With(int count) =>
            "{\"anchors\": ["
            + string.Join(
                ',',
                Enumerable.Range(0, count).Select(i => $$"""{"name": "a{{i}}", "type": "checkpoint-file", "folder": "f{{i}}"}""")
            )
            + "]}";
        Assert.Equal(64, Read(With(64)).Anchors.Length);
        Assert.Equal("anchors: at most 64", Assert.Single(Assert.Throws<SettingsException>(() => Read(With(65))).Faults));
    }

    [Theory]
    [InlineData("\"anchors\": \"envelope\", \"every\": \"10m\"", "every", "is for checkpoints")]
    [InlineData("\"anchors\": \"both\"", "anchors", "must be checkpoint or envelope")]
    [InlineData("\"every\": \"721h\"", "every", "must be a time from 1s to 30d")]
    public void What_and_how_often_is_checked(string members, string place, string fault) =>
        AssertFault("\"type\": \"arweave\", " + members, place, fault);

    private static void AssertFault(string members, string place, string fault)
    {
        var refused = Assert.Throws<SettingsException>(() => Parse(members));
        Assert.StartsWith($"anchors[0].{place}: {fault}", Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    private static void AssertFaults(string members, string[] faults)
    {
        var refused = Assert.Throws<SettingsException>(() => Parse(members));
        Assert.Equal(faults.Length, refused.Faults.Count);
        Assert.All(
            faults,
            fault => Assert.Single(refused.Faults, told => told.StartsWith("anchors[0]." + fault, StringComparison.Ordinal))
        );
    }

    private static AnchorSettings Parse(string members) => Assert.Single(Read($$"""{"anchors": [{"name": "a", {{members}}}]}""").Anchors);

    private static HallmarkSettings Read(string json) => SettingsReader.Parse(Encoding.UTF8.GetBytes(json), "hallmark.json");
}
