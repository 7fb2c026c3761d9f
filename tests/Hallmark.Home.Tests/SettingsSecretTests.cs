using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>Secrets in the settings by shape and by name, at the bounds of each shape; and what only looks like one. No message repeats what it refuses.</summary>
public sealed class SettingsSecretTests
{
    private const string Secret = "t0psecret";

    // Base58 (Bitcoin's alphabet): no 0, O, I and l.
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    [Theory]
    [InlineData("""{"relocate": ["s3://old/a=https://me:t0psecret@host/b"]}""", "relocate[0]: holds a password (user:password@)")]
    [InlineData("""{"relocate": ["https://old/a=postgresql://me:t0psecret@db"]}""", "relocate[0]: holds a password (user:password@)")]
    [InlineData("""{"relocate": ["https://old/a=https://host/b?token=t0psecret"]}""", "relocate[0]: holds a secret in its query")]
    [InlineData("""{"relocate": ["/a=/b", "/c=ftp://:t0psecret@host"]}""", "relocate[1]: holds a password (user:password@)")]
    public void A_password_is_found_on_either_side_of_a_relocation(string json, string fault) =>
        Assert.StartsWith(fault, Assert.Single(FaultsOf(json)), StringComparison.Ordinal);

    [Theory]
    [InlineData("postgresql://me:t0psecret@h1,h2:5433/db")]
    [InlineData("https://me:t0psecret@[::1]:5000")]
    [InlineData("https://me:a@t0psecret@host/")]
    [InlineData("HTTP://:t0psecret@host")]
    [InlineData("x-y+z://me:t0psecret@host?x=1")]
    [InlineData("https://me:t0psecret@host#part")]
    public void A_password_in_an_address_is_found_whatever_the_rest_of_it_is(string uri) =>
        Assert.StartsWith(
            "tracking_uri: holds a password",
            Assert.Single(FaultsOf($$"""{"tracking_uri": "{{uri}}"}""")),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("https://h/?a=1&access_token=t0psecret")]
    [InlineData("https://h?api-key=t0psecret")]
    [InlineData("https://h/p;x?a=1;Password=t0psecret")]
    [InlineData("postgresql://h/db?SSLPASSWORD=x&passphrase=t0psecret")]
    public void A_secret_in_an_addresss_query_is_found_by_its_name(string uri) =>
        Assert.StartsWith(
            "tracking_uri: holds a secret in its query",
            Assert.Single(FaultsOf($$"""{"tracking_uri": "{{uri}}"}""")),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("https://h/?a=token")]
    [InlineData("https://h/?token")]
    [InlineData("https://h/token=x?y=1")]
    [InlineData("https://h/a:b@c")]
    [InlineData("https://h/?q=a:b@c")]
    [InlineData("https://me@h:5000/")]
    [InlineData("https://h:5000/")]
    [InlineData("/srv/me:x@y/mlruns")]
    [InlineData("https://h/?tokens=3&secretary=x")]
    public void What_only_resembles_a_secret_is_none(string uri) => Assert.Empty(FaultsOf($$"""{"tracking_uri": "{{uri}}"}"""));

    [Theory]
    [InlineData(85, false)]
    [InlineData(86, true)]
    [InlineData(87, true)]
    [InlineData(88, true)]
    [InlineData(89, false)]
    public void Base58_of_the_length_of_a_Solana_secret_is_one(int length, bool isSecret)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => Base58[i * 7 % 58]));
        Assert.Equal(isSecret, FaultsOf($$"""{"origin": "{{text}}"}""").Count == 1);
        Assert.Empty(FaultsOf($$"""{"origin": "0{{text[1..]}}"}"""));
    }

    [Theory]
    [InlineData("0x", 63, false)]
    [InlineData("0x", 64, true)]
    [InlineData("0x", 65, false)]
    [InlineData("", 64, false)]
    [InlineData("0y", 64, false)]
    public void Hex_of_the_length_of_an_Ethereum_key_is_one_behind_its_mark(string mark, int digits, bool isSecret) =>
        Assert.Equal(isSecret, FaultsOf($$"""{"origin": "{{mark}}{{new string('a', digits - 1)}}F"}""").Count == 1);

    [Fact]
    public void Hex_with_another_character_in_it_is_no_key() => Assert.Empty(FaultsOf($$"""{"origin": "0x{{new string('a', 63)}}g"}"""));

    [Theory]
    [InlineData(63, 0, false)]
    [InlineData(64, 0, true)]
    [InlineData(65, 0, false)]
    [InlineData(64, 193, false)]
    public void Sixty_four_numbers_of_a_byte_are_a_Solana_wallet(int count, int first, bool isSecret)
    {
        // From 193 on the last ones are above 255.
        var faults = FaultsOf($$"""{"relocate": [{{string.Join(", ", Enumerable.Range(first, count))}}]}""");
        Assert.Equal(isSecret, faults.Any(fault => fault.StartsWith("relocate: looks like a Solana", StringComparison.Ordinal)));
        Assert.All(faults, fault => Assert.DoesNotContain("1, 2", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"kty": "RSA", "d": "t0psecret"}""", true)]
    [InlineData("""{"d": "t0psecret", "kty": "OKP", "crv": "Ed25519"}""", true)]
    [InlineData("""{"kty": "RSA", "n": "x", "e": "AQAB"}""", false)]
    [InlineData("""{"d": "x"}""", false)]
    public void A_key_as_JSON_is_private_with_its_private_member(string key, bool isPrivate)
    {
        var faults = FaultsOf("{\"outbox\": " + key + "}");
        Assert.Equal(isPrivate, faults.Any(fault => fault.StartsWith("outbox: holds a private key (JWK)", StringComparison.Ordinal)));
        Assert.NotEmpty(faults);
    }

    [Theory]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\\nt0psecret")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----")]
    [InlineData("{\\\"kty\\\": \\\"RSA\\\", \\\"d\\\": \\\"t0psecret\\\"}")]
    public void A_key_as_a_text_is_found(string text) =>
        Assert.StartsWith(
            "signing_key: holds a private key",
            Assert.Single(FaultsOf($$"""{"signing_key": "{{text}}"}""")),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("seed", "keep the key in keys/")]
    [InlineData("Private-Key", "keep the key in keys/")]
    [InlineData("secret_key", "keep the key in keys/")]
    [InlineData("mnemonic", "keep the key in keys/")]
    [InlineData("signing.secret", "keep the key in keys/")]
    [InlineData("jwk", "keep the key in keys/")]
    [InlineData("pass-phrase", "a password goes into the environment")]
    [InlineData("RPC_Password", "a password goes into the environment")]
    [InlineData("rpcUser", "a password goes into the environment")]
    [InlineData("Authorization", "a password goes into the environment")]
    [InlineData("aws_secret_access_key", null)]
    [InlineData("SECRET_ACCESS_KEY", "a password goes into the environment")]
    [InlineData("cookie", "a password goes into the environment")]
    public void A_name_says_what_kind_of_secret_it_is_however_it_is_spelt(string name, string? advice)
    {
        foreach (var json in new[] { $$"""{"{{name}}": "t0psecret"}""", $$$"""{"outbox": {"{{{name}}}": ["t0psecret"]}}""" })
        {
            var fault = Assert.Single(FaultsOf(json));
            Assert.Contains(advice ?? "not a setting", fault, StringComparison.Ordinal);
        }
    }

    /// <summary>A secret's place is told so that its owner finds it; beneath a secret name nothing more is said.</summary>
    [Fact]
    public void One_secret_is_one_fault_however_deep_it_lies()
    {
        var faults = FaultsOf(
            """{"password": {"token": "t0psecret", "x": "https://a:t0psecret@b"}, "relocate": [{"a": [[{"seed": "t0psecret"}]]}]}"""
        );
        Assert.Single(faults, fault => fault.StartsWith("password: secrets do not belong", StringComparison.Ordinal));
        Assert.Single(faults, fault => fault.StartsWith("relocate[0].a[0][0].seed: secrets do not belong", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.StartsWith("password.", StringComparison.Ordinal));
    }

    /// <summary>Whatever stands in a secret's place, in whatever member: it is never in a message.</summary>
    [Fact]
    public void No_message_repeats_a_secret_wherever_it_was_put()
    {
        var random = new Random(20261121);
        string[] members =
        [
            "tracking_uri",
            "relocate",
            "signing_key",
            "origin",
            "trusted_keys",
            "anchors",
            "witness_policy",
            "outbox",
            "colour",
        ];
        string[] shapes =
        [
            "\"https://me:" + Secret + "@host/x\"",
            "[\"/a=https://me:" + Secret + "@host\"]",
            "{\"password\": \"" + Secret + "\"}",
            "[{\"name\": \"a\", \"type\": \"arweave\", \"upload\": \"https://u:" + Secret + "@h\"}]",
            "[{\"name\": \"a\", \"type\": \"checkpoint-file\", \"repository\": \"r\", \"remote\": \"https://u:" + Secret + "@h/x.git\"}]",
            "[{\"name\": \"a\", \"public_key\": \"x\", \"seed\": \"" + Secret + "\"}]",
            "\"__cookie__:" + Secret + "\"",
        ];
        for (var round = 0; round < 400; round++)
        {
            var json = new JsonObject();
            for (var i = 0; i < random.Next(1, 4); i++)
            {
                json[members[random.Next(members.Length)]] = JsonNode.Parse(shapes[random.Next(shapes.Length)]);
            }

            Assert.NotEmpty(FaultsOf(json.ToJsonString()));
        }
    }

    private static IReadOnlyList<string> FaultsOf(string json)
    {
        try
        {
            _ = SettingsReader.Parse(Encoding.UTF8.GetBytes(json), "hallmark.json");
            return [];
        }
        catch (SettingsException refused)
        {
            Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, JsonSerializer.Serialize(refused.Hints), StringComparison.Ordinal);
            return refused.Faults;
        }
    }
}
