using Hallmark.Testing;

namespace Hallmark.Keys.Tests;

/// <summary>What a name may stand for: a key of the home, that of another program, a path, the environment. A name must never open another key than the one that was listed under it.</summary>
public sealed class KeyNamesTests : IDisposable
{
    private const string Seed = "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("release.json")]
    [InlineData(".json")]
    [InlineData("a.private.json")]
    [InlineData("ario-mlflow")]
    public void No_key_is_made_under_a_name_that_would_be_taken_for_something_else(string name)
    {
        var keys = Keys();
        foreach (var make in new Func<string, SigningKey>[] { keys.Folder.Create, keys.Folder.OpenOrCreate })
        {
            var refusal = Assert.Throws<KeyException>(() => make(name));
            Assert.Equal(2, refusal.ExitCode);
        }

        Assert.False(Directory.Exists(keys.Folder.FolderPath));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("9")]
    [InlineData("release-2026.01_b")]
    [InlineData("json")]
    [InlineData("a.jsonx")]
    [InlineData("a.JSON")]
    [InlineData("ario-mlflow2")]
    [InlineData("ARIO-MLFLOW")]
    [InlineData("ed25519_private")]
    [InlineData("a.private")]
    public void A_key_that_was_made_is_opened_by_its_name_and_listed_under_it(string name)
    {
        string made;
        using (var key = Keys().Folder.Create(name))
        {
            made = key.PublicKey.Hex;
        }

        using var opened = Keys().Open(name);
        Assert.Equal((made, name), (opened.PublicKey.Hex, opened.Name));
        var listed = Assert.Single(Keys().List());
        Assert.Equal((name, made), (listed.Name, listed.PublicKeyHex));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_name_has_at_most_sixty_four_characters(int length, bool isOne)
    {
        var name = new string('a', length);
        if (isOne)
        {
            Keys().Folder.Create(name).Dispose();
            Assert.True(Keys().Folder.Contains(name));
        }
        else
        {
            Assert.Throws<KeyException>(() => Keys().Folder.Create(name));
        }
    }

    /// <summary>Keys of such names may be there: an earlier version made them, or somebody copied them in.</summary>
    [Fact]
    public void Every_key_that_is_listed_is_opened_as_it_was_listed_whatever_its_name()
    {
        using var own = Keys().Folder.Create("own");
        using (var theirs = Keys().Folder.Create("theirs"))
        using (var dotted = Keys().Folder.Create("dotted"))
        {
            Rename("theirs", "ario-mlflow");
            Rename("dotted", "own.json");
        }

        WritePrivate("user/.ario-mlflow/keys/ed25519_private.json", $$"""{"seed": "{{Convert.ToBase64String(new byte[32])}}"}""");
        WritePrivate("own.json", $$"""{"seed": "{{Convert.ToBase64String(new byte[32])}}"}""");
        Keys().Open(null).Dispose();
        var keys = Keys(Seed);
        var listed = keys.List();
        Assert.Equal(
            [SigningKeys.EnvironmentVariable, "default", "ario-mlflow", "own", "own.json", "ario-mlflow"],
            listed.Select(key => key.Name)
        );
        Assert.Equal(6, listed.Select(key => key.PublicKeyHex).Distinct().Count());
        foreach (var key in listed)
        {
            using var opened = keys.OpenListed(key);
            Assert.Equal(key.PublicKeyHex, opened.PublicKey.Hex);
            Assert.Equal(key.Source, opened.Source);
        }
    }

    [Fact]
    public void A_listed_key_that_is_gone_is_an_error_and_none_is_made_in_its_place()
    {
        Keys().Folder.Create("own").Dispose();
        var listed = Keys(Seed).List();
        Directory.Delete(Path.Combine(_folder.Path, "home/keys"), recursive: true);
        Assert.All(listed, key => Assert.Throws<KeyException>(() => Keys().OpenListed(key)));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "home/keys")));
    }

    [Fact]
    public void A_key_that_cannot_be_used_is_listed_with_its_trouble_and_not_opened()
    {
        Keys().Folder.Create("own").Dispose();
        File.WriteAllText(Path.Combine(_folder.Path, "home/keys/own.private.json"), "{}");
        var listed = Assert.Single(Keys().List());
        Assert.Equal(listed.Trouble, Assert.Throws<KeyException>(() => Keys().OpenListed(listed)).Message);
        Assert.Throws<ArgumentNullException>(() => Keys().OpenListed(null!));
    }

    [Fact]
    public void Files_that_are_no_keys_are_not_listed()
    {
        using var own = Keys().Folder.Create("own");
        foreach (
            var name in new[]
            {
                ".private.json",
                "-a.private.json",
                "a b.private.json",
                "default.private.json",
                "own.public.json",
                "x.json",
            }
        )
        {
            WritePrivate("home/keys/" + name, "{}");
        }

        Assert.Equal(["own"], Keys().List().Select(key => key.Name));
    }

    private void Rename(string from, string to)
    {
        foreach (var half in new[] { "private", "public" })
        {
            var folder = Path.Combine(_folder.Path, "home/keys");
            File.Move(Path.Combine(folder, $"{from}.{half}.json"), Path.Combine(folder, $"{to}.{half}.json"));
        }
    }

    private void WritePrivate(string relativePath, string content)
    {
        var path = _folder.File(relativePath);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private SigningKeys Keys(string? variable = null) =>
        new(
            Path.Combine(_folder.Path, "home"),
            Path.Combine(_folder.Path, "user"),
            name => name == SigningKeys.EnvironmentVariable ? variable : null
        );
}
