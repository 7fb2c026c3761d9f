using System.Text.Json;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Core.Failures;
using Hallmark.Home.Wallets;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

/// <summary>The wallet that pays for uploads (mlflow-events.md §9.2): one that was named is used or is an error; the home's own is made once, for its owner only, and never replaced.</summary>
public sealed class HomeWalletTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private HomeFolder Home => HomeFolder.Find(Path.Combine(_folder.Path, "home"), new Dictionary<string, string>());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/of/settings.json", "/of/variable.json", "/of/settings.json", "user-configured")]
    [InlineData(null, "/of/variable.json", "/of/variable.json", "user-configured")]
    [InlineData(null, "", null, "persistent")]
    [InlineData(null, null, null, "persistent")]
    public void The_settings_come_before_the_variable_and_that_before_the_homes_own(
        string? named,
        string? variable,
        string? expected,
        string mode
    )
    {
        var wallet = HomeWallet.Of(Home, named, variable);
        Assert.Equal((expected ?? Path.Combine(Home.Path, "wallet.json"), mode), (wallet.Path, wallet.Mode));
    }

    [Fact]
    public void The_homes_own_is_made_when_it_is_first_opened_and_is_the_same_ever_after()
    {
        var wallet = HomeWallet.Of(Home, null, null);
        Assert.False(wallet.Exists);
        Assert.Null(wallet.Find());
        Assert.False(Directory.Exists(Home.Path));
        using var first = wallet.Open();
        Assert.True(wallet.Exists);
        var text = File.ReadAllBytes(wallet.Path);
        using var second = HomeWallet.Of(Home, null, null).Open();
        using var found = wallet.Find();
        Assert.Equal(first.Address, second.Address);
        Assert.Equal(first.Address, found!.Address);
        Assert.Equal(text, File.ReadAllBytes(wallet.Path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(wallet.Path));
        }

        // Solana's id.json: 64 numbers, the seed and its public key (mlflow-events.md §9.2).
        Assert.Equal(64, JsonSerializer.Deserialize<int[]>(text)!.Count(number => number is >= 0 and <= 255));
    }

    [Fact]
    public void One_that_was_named_and_is_not_there_is_an_error_and_none_is_made()
    {
        var wallet = HomeWallet.Of(Home, _folder.File("mine.json"), null);
        Assert.Null(wallet.Find());
        var failure = Assert.ThrowsAny<HallmarkException>(() => wallet.Open());
        Assert.Contains(wallet.Path, failure.Message, StringComparison.Ordinal);
        Assert.False(wallet.Exists);
        Assert.False(Directory.Exists(Home.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1, 2, 3]")]
    [InlineData("\"abc\"")]
    public void One_that_is_no_wallet_is_an_error_each_time_and_stays_as_it_is(string text)
    {
        Home.Create();
        var wallet = HomeWallet.Of(Home, null, null);
        Write(wallet.Path, text);
        for (var i = 0; i < 2; i++)
        {
            Assert.Throws<WalletException>(() => wallet.Open());
            Assert.Throws<WalletException>(() => wallet.Find());
            Assert.False(wallet.TryCreate());
        }

        Assert.Equal(text, File.ReadAllText(wallet.Path));
    }

    [Fact]
    public void One_that_others_may_read_is_refused_also_the_homes_own()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var wallet = HomeWallet.Of(Home, null, null);
        wallet.Open().Dispose();
        File.SetUnixFileMode(wallet.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var failure = Assert.ThrowsAny<HallmarkException>(() => wallet.Open());
        Assert.Contains($"chmod 600 {wallet.Path}", failure.Hints);
    }

    [Fact]
    public void A_broken_link_in_its_place_is_not_written_through()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Home.Create();
        var wallet = HomeWallet.Of(Home, null, null);
        File.CreateSymbolicLink(wallet.Path, Path.Combine(_folder.Path, "usb/wallet.json"));
        Assert.True(wallet.Exists);
        Assert.False(wallet.TryCreate());
        Assert.ThrowsAny<HallmarkException>(() => wallet.Open());
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "usb")));
    }

    [Theory]
    [InlineData(WalletKind.Solana, 2)]
    [InlineData(WalletKind.Ethereum, 3)]
    [InlineData(WalletKind.Arweave, 1)]
    public void A_wallet_of_each_kind_is_made_can_sign_and_is_read_back_as_its_kind(WalletKind kind, int signatureType)
    {
        var wallet = HomeWallet.Of(Home, _folder.File("mine.json"), null);
        Assert.True(wallet.TryCreate(kind));
        using var opened = wallet.Open();

        // ANS-104: 1 Arweave, 2 Ed25519 (4 Solana), 3 Ethereum.
        Assert.True((int)opened.SignatureType == signatureType || (signatureType == 2 && (int)opened.SignatureType == 4));
        Assert.False(wallet.TryCreate(kind));
        using var again = wallet.Find();
        Assert.Equal(opened.Address, again!.Address);
    }

    [Fact]
    public async Task Of_many_who_open_a_home_without_one_all_get_the_same()
    {
        var addresses = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        using var wallet = HomeWallet.Of(Home, null, null).Open();
                        return wallet.Address;
                    })
                )
        );
        Assert.Single(addresses.Distinct());
        Assert.Single(Directory.GetFileSystemEntries(Home.Path));
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
