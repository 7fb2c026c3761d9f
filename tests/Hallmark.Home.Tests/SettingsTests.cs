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
        Assert.Equal(new CheckpointFileSettings { Name = "vault", Folder = "/mnt/vault" }, Assert.Single(settings.Anchors));
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

    [Theory]
    [InlineData("""{"tracking_uri": "postgresql://mlflow:t0psecret@db/mlflow"}""", "tracking_uri: holds a password (user:password@)")]
    [InlineData("""{"relocate": ["s3://a:t0psecret@host/b=/mnt/b"]}""", "relocate[0]: holds a password")]
    [InlineData("""{"tracking_uri": "https://mlflow/?token=t0psecret"}""", "tracking_uri: holds a secret in its query")]
    [InlineData("""{"origin": "-----BEGIN PRIVATE KEY-----t0psecret"}""", "origin: holds a private key")]
    [InlineData("""{"outbox": {"deadline": "1d", "api_key": "t0psecret"}}""", "outbox.api_key: secrets do not belong")]
    [InlineData("""{"colour": [{"deep": {"kty": "RSA", "n": "x", "d": "t0psecret"}}]}""", "colour[0].deep: holds a private key (JWK)")]
    [InlineData(
        """{"origin": "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"}""",
        "origin: looks like an Ethereum wallet's private key"
    )]
    [InlineData(
        """{"origin": "4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw8CSzSfUCSY6PhzQ3gUvPEHzjM2p1w3jdr3z5QxQ9vVvZc"}""",
        "origin: looks like a Solana wallet's private key"
    )]
    [InlineData("""{"origin": "__cookie__:t0psecret"}""", "origin: holds a node's cookie")]
    public void A_secret_is_found_wherever_it_stands_and_never_repeated(string json, string fault)
    {
        var refused = Assert.Throws<SettingsException>(() => Parse(json));
        Assert.Contains(refused.Faults, found => found.StartsWith(fault, StringComparison.Ordinal));
        Assert.DoesNotContain("t0psecret", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("4c0883a6", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("4wBqpZM9", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_solana_wallet_pasted_as_its_numbers_is_found()
    {
        var refused = Assert.Throws<SettingsException>(() => Parse($$"""{"wallet": [{{string.Join(',', Enumerable.Range(100, 64))}}]}"""));
        Assert.Contains(refused.Faults, fault => fault.StartsWith("wallet: looks like a Solana", StringComparison.Ordinal));
        Assert.DoesNotContain("100,101", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://mlflow@db/mlflow")]
    [InlineData("https://mlflow/a@b:c")]
    [InlineData("sqlite:///srv/user:x@y.db")]
    public void What_only_resembles_a_password_is_none(string uri) =>
        Assert.Equal(uri, Parse($$"""{"tracking_uri": "{{uri}}"}""").TrackingUri);

    [Theory]
    [InlineData("\"every\": \"10\"", "anchors[0].every: must be a time from 1s to 30d")]
    [InlineData("\"every\": \"0s\"", "anchors[0].every: must be a time")]
    [InlineData("\"every\": \"31d\"", "anchors[0].every: must be a time")]
    [InlineData("\"every\": 10", "anchors[0].every: must be a time")]
    [InlineData("\"anchors\": \"envelopes\"", "anchors[0].anchors: must be checkpoint or envelope")]
    [InlineData("\"anchors\": \"envelope\"", "anchors[0].anchors: checkpoint-file takes checkpoints only")]
    public void How_often_and_what_is_checked_for_every_anchor(string member, string fault)
    {
        var refused = Assert.Throws<SettingsException>(() =>
            Parse($$"""{"anchors": [{"name": "a", "type": "checkpoint-file", "folder": "f", {{member}}}]}""")
        );
        Assert.StartsWith(fault, Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void The_outbox_and_the_policy_are_read_and_their_faults_told()
    {
        var settings = Parse(
            """{"outbox": {"deadline": "3d", "first_pause": "2s", "longest_pause": "10m", "max_attempts": 7}, "witness_policy": "require arweave"}"""
        );
        Assert.Equal(TimeSpan.FromDays(3), settings.Outbox.MaxAge);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.Outbox.FirstPause);
        Assert.Equal(TimeSpan.FromMinutes(10), settings.Outbox.LongestPause);
        Assert.Equal(7, settings.Outbox.MaxAttempts);
        Assert.Equal("require arweave", settings.WitnessPolicy?.ToString());

        var refused = Assert.Throws<SettingsException>(() =>
            Parse(
                """{"outbox": {"deadline": "1s", "first_pause": "1h", "longest_pause": "1s", "max_attempts": 0, "colour": 1}, "witness_policy": "2 of"}"""
            )
        );
        Assert.All(
            ["outbox.deadline", "outbox.first_pause: is longer", "outbox.max_attempts", "outbox.colour: not a setting", "witness_policy"],
            place => Assert.Contains(refused.Faults, fault => fault.StartsWith(place, StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("2h", 7_200)]
    [InlineData("14d", 1_209_600)]
    public void A_length_of_time_is_a_number_and_a_unit(string text, int seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
        Assert.True(DurationText.TryParse(DurationText.Write(duration), out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("-1s")]
    [InlineData("1 h")]
    [InlineData("1.5h")]
    [InlineData("1w")]
    [InlineData("3651d")]
    [InlineData("99999999999s")]
    [InlineData("9223372036854775807s")]
    [InlineData(null)]
    public void Anything_else_is_no_length_of_time(string? text) => Assert.False(DurationText.TryParse(text, out _));

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
