using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Signatures;

/// <summary>Keys as values: parsing, equality, and what they show of themselves.</summary>
public sealed class Ed25519KeyTests
{
    private const string Hex = "207a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6";

    [Fact]
    public void Hex_of_either_case_is_read_and_written_in_lower_case()
    {
        Assert.True(Ed25519PublicKey.TryParseHex(Hex, out var lower));
        Assert.True(Ed25519PublicKey.TryParseHex(Hex.ToUpperInvariant(), out var upper));
        Assert.Equal(lower, upper);
        Assert.True(lower == upper);
        Assert.Equal(lower.GetHashCode(), upper.GetHashCode());
        Assert.Equal(Hex, upper.ToString());
        Assert.True(lower.IsUsable);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("207a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab")]
    [InlineData("207a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6 ")]
    [InlineData(" 07a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6")]
    [InlineData("207a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6b6")]
    [InlineData("207a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231abg")]
    [InlineData("0x7a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6")]
    [InlineData("２07a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6")]
    public void Anything_but_64_hex_digits_is_refused(string? text)
    {
        Assert.False(Ed25519PublicKey.TryParseHex(text, out var key));
        Assert.Equal(default, key);
    }

    [Fact]
    public void The_default_key_verifies_nothing()
    {
        var key = default(Ed25519PublicKey);
        Assert.False(key.IsUsable);
        Assert.False(key.Verify([], new byte[64]));
        Assert.Equal(new Ed25519PublicKey(new byte[32]), key);
    }

    [Fact]
    public void Lengths_are_checked_where_the_caller_can_err()
    {
        Assert.Throws<ArgumentException>(() => new Ed25519PublicKey(new byte[31]));
        Assert.Throws<ArgumentException>(() => Ed25519PrivateKey.FromSeed(new byte[33]));
        using var key = Ed25519PrivateKey.Generate();
        Assert.Throws<ArgumentException>(() => key.Sign([], new byte[63]));
    }

    /// <summary>The example of RFC 8410 §10.1.</summary>
    [Fact]
    public void Pem_is_what_other_tools_read_and_write()
    {
        const string Pem =
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        Assert.True(Ed25519PublicKey.TryParsePem(Pem, out var key));
        Assert.Equal("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1", key.Hex);
        Assert.Equal(Pem, key.ToPem());
        Assert.False(Ed25519PublicKey.TryParsePem(Pem.Replace("PUBLIC", "PRIVATE", StringComparison.Ordinal), out _));
        Assert.False(Ed25519PublicKey.TryParsePem(Pem.Replace("MCow", "MCoX", StringComparison.Ordinal), out _));
        Assert.False(Ed25519PublicKey.TryParsePem(Pem.Replace("MCow", "", StringComparison.Ordinal), out _));
        Assert.False(Ed25519PublicKey.TryParsePem("no pem", out _));
    }

    [Fact]
    public void Generated_keys_differ_and_work()
    {
        using var first = Ed25519PrivateKey.Generate();
        using var second = Ed25519PrivateKey.Generate();
        var signature = new byte[64];
        first.Sign("m"u8, signature);
        Assert.NotEqual(first.PublicKey, second.PublicKey);
        Assert.True(first.PublicKey.Verify("m"u8, signature));
        Assert.False(second.PublicKey.Verify("m"u8, signature));
    }

    [Fact]
    public void A_private_key_never_shows_its_seed()
    {
        var seed = Enumerable.Range(1, 32).Select(i => (byte)(i * 7)).ToArray();
        using var key = Ed25519PrivateKey.FromSeed(seed);
        var texts = new List<string> { key.ToString() };
        texts.AddRange(typeof(Ed25519PrivateKey).GetProperties().Select(property => property.GetValue(key)?.ToString() ?? ""));
        Assert.All(
            texts,
            text =>
            {
                Assert.DoesNotContain(Convert.ToHexString(seed), text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Convert.ToBase64String(seed), text, StringComparison.Ordinal);
            }
        );
        Assert.Contains(key.PublicKey.Hex, key.ToString(), StringComparison.Ordinal);
    }
}
