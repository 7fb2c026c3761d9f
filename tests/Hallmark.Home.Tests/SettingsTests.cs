using System.Text;
using Hallmark.Home.Settings;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

public sealed class SettingsTests
{
    private const string Key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    [Fact]
    public void Everything_that_can_be_set_is_read()
    {
        var settings = Parse(
            $$"""
            {"tracking_uri": "http://mlflow:5000", "relocate": ["/srv/mlflow=/mnt/restored", "s3://a=b=c"], "signing_key": "release", "origin": "example.org/log",
             "trusted_keys": [{"name": "risk", "public_key": "{{Key}}", "since": "2026-01-31", "until": "2027-01-31T09:00:00+01:00"}],
             "anchors": [{"name": "vault", "type": "checkpoint-file", "folder": "/mnt/vault"}]}
            """
        );
        Assert.Equal("http://mlflow:5000", settings.TrackingUri);
        Assert.Equal("/srv/mlflow=/mnt/restored s3://a=b=c", string.Join(' ', settings.Relocations));
        Assert.Equal("release", settings.SigningKey);
        Assert.Equal("example.org/log", settings.Origin);
        Assert.Equal("risk", Assert.Single(settings.TrustedKeys.Keys).Name);
        Assert.Equal(new AnchorSettings("vault", "checkpoint-file", "/mnt/vault"), Assert.Single(settings.Anchors));
    }

    [Fact]
    public void An_empty_object_and_an_absent_file_are_the_same_settings()
    {
        using var folder = new TemporaryFolder();
        var absent = SettingsReader.Read(HomeFolder.Find(folder.Path, new Dictionary<string, string>()));
        var empty = Parse("{}");
        Assert.Equal(
            (absent.TrackingUri, absent.Relocations.Length, absent.Anchors.Length),
            (empty.TrackingUri, empty.Relocations.Length, empty.Anchors.Length)
        );
        Assert.Empty(absent.TrustedKeys.Keys);
    }

    [Theory]
    [InlineData("{\"tracking_url\":\"x\"}", "tracking_url: not a setting")]
    [InlineData("{\"tracking_uri\":7}", "tracking_uri: must be a text")]
    [InlineData("{\"tracking_uri\":\"\"}", "tracking_uri: must be a text")]
    [InlineData("{\"tracking_uri\":null}", "tracking_uri: must be a text")]
    [InlineData("{\"signing_key\":[]}", "signing_key: must be a text")]
    [InlineData("{\"origin\":{}}", "origin: must be a text")]
    [InlineData("{\"relocate\":\"a=b\"}", "relocate: must be a list")]
    [InlineData("{\"relocate\":null}", "relocate: must be a list")]
    [InlineData("{\"anchors\":null}", "anchors: must be a list")]
    [InlineData("{\"relocate\":[\"a=b\",\"nothing\"]}", "relocate[1]: must be OLD=NEW")]
    [InlineData("{\"relocate\":[\"=b\"]}", "relocate[0]: must be OLD=NEW")]
    [InlineData("{\"relocate\":[\"a=\"]}", "relocate[0]: must be OLD=NEW")]
    [InlineData("{\"anchors\":{}}", "anchors: must be a list")]
    [InlineData("{\"anchors\":[7]}", "anchors[0]: must be an object")]
    [InlineData("{\"anchors\":[{\"type\":\"checkpoint-file\",\"folder\":\"f\"}]}", "anchors[0].name: missing")]
    [InlineData("{\"anchors\":[{\"name\":\"a\",\"type\":\"checkpoint-file\"}]}", "anchors[0].folder: missing")]
    [InlineData("{\"anchors\":[{\"name\":\"a\",\"folder\":\"f\"}]}", "anchors[0].type: missing")]
    [InlineData(
        "{\"anchors\":[{\"name\":\"a\",\"type\":\"carrier-pigeon\",\"folder\":\"f\"}]}",
        "anchors[0].type: \"carrier-pigeon\" is not an anchor"
    )]
    [InlineData("{\"anchors\":[{\"name\":\"a b\",\"type\":\"checkpoint-file\",\"folder\":\"f\"}]}", "anchors[0].name: 1 to 64")]
    [InlineData(
        "{\"anchors\":[{\"name\":\"a\",\"type\":\"checkpoint-file\",\"folder\":\"f\",\"path\":\"g\"}]}",
        "anchors[0].path: not a setting"
    )]
    [InlineData(
        "{\"anchors\":[{\"name\":\"a\",\"type\":\"checkpoint-file\",\"folder\":\"f\"},{\"name\":\"a\",\"type\":\"checkpoint-file\",\"folder\":\"g\"}]}",
        "anchors[1].name: \"a\" is taken"
    )]
    [InlineData("{\"trusted_keys\":{}}", "trusted_keys: must be a list")]
    [InlineData("{\"trusted_keys\":null}", "trusted_keys: must be a list")]
    [InlineData("{\"trusted_keys\":[{\"name\":\"a\",\"public_key\":\"abc\"}]}", "trusted_keys[0].public_key: must be 64 hex digits")]
    [InlineData("{\"trusted_keys\":[{\"name\":\"a\"}]}", "trusted_keys[0].public_key: is missing")]
    [InlineData(
        "{\"trusted_keys\":[{\"name\":\"a\",\"public_key\":\"" + Key + "\",\"untill\":\"2026-01-01\"}]}",
        "trusted_keys[0].untill: is not known"
    )]
    [InlineData(
        "{\"trusted_keys\":[{\"name\":\"a\",\"public_key\":\"" + Key + "\",\"until\":\"soon\"}]}",
        "trusted_keys[0].until: must be a time"
    )]
    [InlineData(
        "{\"trusted_keys\":[{\"name\":\"a\",\"public_key\":\"" + Key + "\"},{\"name\":\"b\",\"public_key\":\"" + Key + "\"}]}",
        "trusted_keys[1].public_key: is the key of trusted_keys[0]"
    )]
    [InlineData(
        "{\"trusted_keys\":[{\"name\":\"a\",\"public_key\":\"0100000000000000000000000000000000000000000000000000000000000000\"}]}",
        "trusted_keys[0].public_key: is no usable"
    )]
    [InlineData("[]", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("{\"origin\":\"a\",}", "not JSON")]
    [InlineData("{\"origin\":\"a\",\"origin\":\"b\"}", "not JSON")]
    [InlineData("{\"anchors\":[{\"name\":\"a\",\"name\":\"b\"}]}", "not JSON")]
    public void A_fault_is_named_with_its_place(string json, string fault)
    {
        var refused = Assert.Throws<SettingsException>(() => Parse(json));
        Assert.StartsWith(fault, Assert.Single(refused.Faults), StringComparison.Ordinal);
        Assert.Contains("hallmark.json", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitCode);
    }

    [Fact]
    public void A_faulty_item_does_not_shift_the_place_of_the_next()
    {
        var refused = Assert.Throws<SettingsException>(() => Parse("""{"relocate": [7, "a=b", "x"]}"""));
        Assert.Equal(2, refused.Faults.Count);
        Assert.StartsWith("relocate[0]: must be a text", refused.Faults[0], StringComparison.Ordinal);
        Assert.StartsWith("relocate[2]: must be OLD=NEW", refused.Faults[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var refused = Assert.Throws<SettingsException>(() =>
            Parse(
                """{"colour": "red", "origin": 7, "relocate": ["x"], "trusted_keys": [{"name": "a"}, {}], "anchors": [{"name": "?"}], "token": "t0psecret"}"""
            )
        );
        Assert.True(refused.Faults.Count >= 9, refused.Message);
        Assert.All(
            [
                "colour",
                "origin",
                "relocate[0]",
                "trusted_keys[0].public_key",
                "trusted_keys[1].name",
                "anchors[0].name",
                "anchors[0].type",
                "token",
            ],
            place => Assert.Contains(refused.Faults, fault => fault.StartsWith(place, StringComparison.Ordinal))
        );
        Assert.All(refused.Faults, fault => Assert.Contains("\n  " + fault, refused.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("private_key")]
    [InlineData("privateKey")]
    [InlineData("PASSWORD")]
    [InlineData("seed")]
    [InlineData("signing_seed")]
    [InlineData("token")]
    [InlineData("secret")]
    public void A_secret_is_refused_with_the_right_way_and_never_repeated(string name)
    {
        foreach (
            var json in new[]
            {
                $$"""{"{{name}}": "t0psecret"}""",
                $$"""{"anchors": [{"name": "a", "type": "checkpoint-file", "folder": "f", "{{name}}": "t0psecret"}]}""",
            }
        )
        {
            var refused = Assert.Throws<SettingsException>(() => Parse(json));
            Assert.Contains("hallmark key new", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("t0psecret", refused.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_trusted_key_entry_with_a_private_half_does_not_repeat_it()
    {
        var refused = Assert.Throws<SettingsException>(() =>
            Parse($$"""{"trusted_keys": [{"name": "a", "public_key": "{{Key}}", "private_key": "t0psecret"}]}""")
        );
        Assert.DoesNotContain("t0psecret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_above_a_megabyte_is_not_read()
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder.File("hallmark.json")))
        {
            stream.SetLength((1 << 20) + 1);
        }

        var refused = Assert.Throws<SettingsException>(() =>
            SettingsReader.Read(HomeFolder.Find(folder.Path, new Dictionary<string, string>()))
        );
        Assert.Contains("larger than 1048576 bytes", refused.Message, StringComparison.Ordinal);
    }

    private static HallmarkSettings Parse(string json) => SettingsReader.Parse(Encoding.UTF8.GetBytes(json), "hallmark.json");
}
