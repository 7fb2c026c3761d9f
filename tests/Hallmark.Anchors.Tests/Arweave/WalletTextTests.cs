using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Wallet files: the chain by the shape, every malformed one refused, nothing of it in a message.</summary>
public sealed class WalletTextTests
{
    private static readonly JsonArray Cases = JsonNode.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/wallets.json")))![
        "cases"
    ]!.AsArray();

    public static TheoryData<string> Ids => [.. Cases.Select(one => (string)one!["id"]!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_published_wallet_is_read_or_refused_as_it_says(string id)
    {
        var one = Cases.Single(item => (string)item!["id"]! == id)!;
        var text = Encoding.UTF8.GetBytes(one["json"]?.ToJsonString() ?? "null");
        var expect = one["expect"]!;
        if (expect["error"] is not null)
        {
            var refused = Assert.Throws<WalletException>(() => WalletText.Parse(text, "wallet.json"));
            Assert.StartsWith("wallet.json is no wallet: ", refused.Message, StringComparison.Ordinal);
            Assert.Null(refused.InnerException);
            return;
        }

        using var wallet = WalletText.Parse(text, "wallet.json");
        Assert.Equal((string?)expect["wallet_type"], wallet.Chain);
        Assert.Equal((string?)expect["solana_address"] ?? (string?)expect["arweave_address"], wallet.NativeAddress);
    }

    [Fact]
    public void A_new_solana_wallet_reads_back_as_the_same_key_and_as_64_numbers()
    {
        var seed = Enumerable.Range(7, 32).Select(i => (byte)i).ToArray();
        var text = WalletText.WriteSolana(seed);
        Assert.Equal(64, JsonSerializer.Deserialize<int[]>(text)!.Length);
        using var wallet = WalletText.Parse(text, "wallet.json");
        using var same = Ed25519Wallet.FromSeed(seed);
        Assert.Equal(same.Address, wallet.Address);
    }

    [Fact]
    public void An_ethereum_key_is_0x_and_64_hex_digits()
    {
        using var wallet = WalletText.Parse("\"0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318\""u8, "wallet.json");
        Assert.Equal("ethereum", wallet.Chain);
        Assert.Equal("0x2c7536e3605d9c16a7a3d7b1898e529396a65c23", wallet.NativeAddress.ToLowerInvariant());
    }

    [Theory]
    [InlineData("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")]
    [InlineData("  0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318\r\n")]
    [InlineData("0x4C0883A69102937D6231471B5DBB6204FE5129617082792AE468D01A3F362318\n")]
    public void An_ethereum_key_is_read_without_quotes_too(string text)
    {
        using var wallet = WalletText.Parse(Encoding.UTF8.GetBytes(text), "wallet.json");
        Assert.Equal("0x2c7536e3605d9c16a7a3d7b1898e529396a65c23", wallet.NativeAddress.ToLowerInvariant());
    }

    [Fact]
    public void A_key_that_was_written_reads_back_as_the_same_key()
    {
        var secret = Enumerable.Range(7, 32).Select(i => (byte)i).ToArray();
        using var ethereum = WalletText.Parse(WalletText.WriteEthereum(secret), "wallet.json");
        using var same = EthereumWallet.FromSecret(secret)!;
        Assert.Equal(same.Address, ethereum.Address);

        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(includePrivateParameters: true);
        using var arweave = WalletText.Parse(WalletText.WriteArweave(parameters), "wallet.json");
        using var sameRsa = RsaWallet.FromParameters(parameters)!;
        Assert.Equal(("arweave", sameRsa.Address), (arweave.Chain, arweave.Address));
        Assert.Throws<ArgumentException>(() => WalletText.WriteArweave(rsa.ExportParameters(includePrivateParameters: false)));
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f36231")]
    [InlineData("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f3623180")]
    [InlineData("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f36231z")]
    [InlineData("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318 0x")]
    [InlineData("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{}{}")]
    [InlineData("7")]
    [InlineData("true")]
    [InlineData("[1.5]")]
    [InlineData("[[[[[[1]]]]]]")]
    [InlineData("\"0x00\"")]
    [InlineData("\"0x0000000000000000000000000000000000000000000000000000000000000000\"")]
    [InlineData("\"0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141\"")]
    [InlineData("{\"kty\":\"RSA\",\"n\":\"AQ\",\"n\":\"AQ\"}")]
    [InlineData("{\"kty\":\"RSA\",\"n\":\"t0p/secret\"}")]
    [InlineData(
        "{\"kty\":\"EC\",\"n\":\"AQ\",\"e\":\"AQAB\",\"d\":\"AQ\",\"p\":\"AQ\",\"q\":\"AQ\",\"dp\":\"AQ\",\"dq\":\"AQ\",\"qi\":\"AQ\"}"
    )]
    [InlineData(
        "{\"kty\":\"RSA\",\"n\":\"AQ\",\"e\":\"AQAB\",\"d\":\"AQ\",\"p\":\"AQ\",\"q\":\"AQ\",\"dp\":\"AQ\",\"dq\":\"AQ\",\"qi\":\"AQ\"}"
    )]
    [InlineData(
        "{\"kty\":\"RSA\",\"n\":\"AAAA\",\"e\":\"AAAA\",\"d\":\"AA\",\"p\":\"AA\",\"q\":\"AA\",\"dp\":\"AA\",\"dq\":\"AA\",\"qi\":\"AA\"}"
    )]
    [InlineData("nonsense t0psecret")]
    public void Anything_else_is_refused_without_a_word_of_it(string text)
    {
        var refused = Assert.Throws<WalletException>(() => WalletText.Parse(Encoding.UTF8.GetBytes(text), "wallet.json"));
        Assert.DoesNotContain("t0p", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitCode);
    }

    [Fact]
    public void A_file_above_its_bound_is_not_looked_into() =>
        Assert.Throws<WalletException>(() => WalletText.Parse(new byte[WalletText.MaxSizeInBytes + 1], "wallet.json"));
}
