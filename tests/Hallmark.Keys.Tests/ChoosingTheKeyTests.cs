using System.Text.Json;
using Hallmark.Core.Signatures;
using Hallmark.Testing;

namespace Hallmark.Keys.Tests;

/// <summary>Which key signs: the named one, else the environment's, else the home's. A wrong one is an error, never a silent other.</summary>
public sealed class ChoosingTheKeyTests : IDisposable
{
    private const string Seed = "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=";
    private const string PublicHex = "207a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SigningKeys Keys(string? environment = null) =>
        new(
            Path.Combine(_folder.Path, "home"),
            Path.Combine(_folder.Path, "user"),
            name => name == SigningKeys.EnvironmentVariable ? environment : null
        );

    [Fact]
    public void The_vectors_key_files_and_environment_values_give_their_keys_and_signatures()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/key-files.json")));
        var number = 0;
        foreach (var row in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var path = PrivateFile($"vectors/{number++}/ed25519_private.json", row.GetProperty("private_json").GetRawText());
            File.WriteAllText(path.Replace("_private", "_public", StringComparison.Ordinal), row.GetProperty("public_json").GetRawText());
            using var fromFile = Keys().Open(path);
            using var fromEnvironment = Keys(row.GetProperty("env_value").GetString()).Open(null);
            var signature = new byte[64];
            foreach (var key in new[] { fromFile, fromEnvironment })
            {
                Assert.Equal(row.GetProperty("public_key_hex").GetString(), key.PublicKey.Hex);
                key.Sign("abc"u8, signature);
                Assert.Equal(row.GetProperty("signature_over_abc_hex").GetString(), Convert.ToHexStringLower(signature));
                key.Sign([], signature);
                Assert.Equal(row.GetProperty("signature_over_empty_hex").GetString(), Convert.ToHexStringLower(signature));
            }
        }

        Assert.Equal(3, number);
    }

    [Fact]
    public void A_named_key_wins_over_the_environment_and_the_environment_over_the_home()
    {
        using var named = Keys().Folder.Create("release");
        using var home = Keys().Open(null);
        using var first = Keys(Seed).Open("release");
        using var second = Keys(Seed).Open(null);
        using var third = Keys().Open(null);
        using var fourth = Keys("").Open(null);
        Assert.Equal((named.PublicKey, KeySource.Home), (first.PublicKey, first.Source));
        Assert.Equal((PublicHex, KeySource.Environment), (second.PublicKey.Hex, second.Source));
        Assert.Equal((home.PublicKey, KeySource.Home), (third.PublicKey, third.Source));
        Assert.Equal(home.PublicKey, fourth.PublicKey);
    }

    [Fact]
    public void A_key_in_the_environment_leaves_no_file_behind()
    {
        Keys(Seed + "\n").Open(null).Dispose();
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "home")));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("/nowhere/ed25519_private.json")]
    [InlineData("missing.json")]
    [InlineData("./missing")]
    public void A_named_key_that_is_missing_is_an_error_even_where_another_could_sign(string nameOrPath)
    {
        Keys().Open(null).Dispose();
        var refusal = Assert.Throws<KeyException>(() => Keys(Seed).Open(nameOrPath));
        Assert.NotEmpty(refusal.Hints);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder.Path, "home", "keys")).Length);
    }

    [Theory]
    [InlineData("not base64 at all, but secret")]
    [InlineData("ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8")]
    [InlineData("ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrzQ==")]
    [InlineData("ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN7w==")]
    [InlineData("ASNFZ4mrze8BI0Vn iavN7wEjRWeJq83vASNFZ4mrze8=")]
    [InlineData("ключключключключключключключключключключключ")]
    [InlineData("   ")]
    public void A_malformed_environment_key_is_an_error_that_does_not_repeat_it(string value)
    {
        Keys().Open(null).Dispose();
        var refusal = Assert.Throws<KeyException>(() => Keys(value).Open(null));
        if (value.Trim() is { Length: > 0 } secret)
        {
            Assert.DoesNotContain(secret[..8], refusal + string.Join(" ", refusal.Hints), StringComparison.Ordinal);
        }

        Assert.Null(refusal.InnerException);
        Assert.Contains(SigningKeys.EnvironmentVariable, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_s_secret_is_in_no_exception_and_in_no_text_of_a_key()
    {
        const string Secret = "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8";
        var path = PrivateFile("damaged_private.json", $"{{\"seed\": \"{Secret}\", oops}}");
        var refusal = Assert.Throws<KeyException>(() => Keys().Open(path));
        Assert.DoesNotContain(Secret[..8], refusal + string.Concat(refusal.Hints), StringComparison.Ordinal);
        Assert.Null(refusal.InnerException);

        using var key = Keys(Seed).Open(null);
        Assert.DoesNotContain(Secret[..8], key.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Keys(Seed).List(), listing => listing.ToString().Contains(Secret[..8], StringComparison.Ordinal));
    }

    [Fact]
    public void Ar_io_mlflow_s_pair_is_used_only_when_it_is_asked_for()
    {
        PrivateFile("user/.ario-mlflow/keys/ed25519_private.json", $$"""{"seed": "{{Seed}}"}""");
        using (var own = Keys().Open(null))
        {
            Assert.NotEqual(PublicHex, own.PublicKey.Hex);
        }

        using var theirs = Keys().Open(SigningKeys.ArioMlflowName);
        Assert.Equal((PublicHex, KeySource.ArioMlflow), (theirs.PublicKey.Hex, theirs.Source));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "user/.ario-mlflow/keys/ed25519_public.json")));
        Assert.Equal(["default", "ario-mlflow"], Keys().List().Select(key => key.Name));
    }

    [Fact]
    public void Looking_for_a_key_makes_none()
    {
        Assert.Null(Keys().Find(null));
        Assert.Empty(Keys().List());
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "home")));
    }

    [Fact]
    public void The_list_shows_public_halves_and_says_what_is_wrong_with_the_rest()
    {
        using var release = Keys().Folder.Create("release");
        using var own = Keys().Open(null);
        PrivateFile("home/keys/broken.private.json", "{}");
        var list = Keys(Seed).List();
        Assert.Equal([SigningKeys.EnvironmentVariable, "default", "broken", "release"], list.Select(key => key.Name));
        Assert.Equal([PublicHex, own.PublicKey.Hex, null, release.PublicKey.Hex], list.Select(key => key.PublicKeyHex));
        Assert.NotNull(list[2].Trouble);
        Assert.All(
            list.Where(key => key.Source == KeySource.Home && key.Trouble is null),
            key => Assert.True(key.CreatedAt > DateTimeOffset.UnixEpoch && File.Exists(key.Path))
        );
        Assert.NotNull(Assert.Single(Keys("bad").List(), key => key.Source == KeySource.Environment).Trouble);
    }

    [Fact]
    public void Two_named_files_must_belong_together()
    {
        using var first = Keys().Folder.Create("first");
        using var second = Keys().Folder.Create("second");
        var firstPublic = first.Path!.Replace("private", "public", StringComparison.Ordinal);
        using var pair = SigningKeys.OpenPair(first.Path, firstPublic);
        Assert.Equal(first.PublicKey, pair.PublicKey);
        Assert.Throws<KeyException>(() => SigningKeys.OpenPair(second.Path!, firstPublic));
        Assert.Throws<KeyException>(() => SigningKeys.OpenPair(first.Path, firstPublic + ".gone"));
    }

    [Fact]
    public void What_a_stored_key_signs_verifies_after_a_restart()
    {
        var signature = new byte[64];
        Ed25519PublicKey signer;
        using (var key = Keys().Open(null))
        {
            key.Sign("event"u8, signature);
            signer = key.PublicKey;
        }

        using var again = Keys().Open(null);
        Assert.Equal(signer, again.PublicKey);
        Assert.True(again.PublicKey.Verify("event"u8, signature));
    }

    private string PrivateFile(string relativePath, string content)
    {
        var path = _folder.File(relativePath);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
