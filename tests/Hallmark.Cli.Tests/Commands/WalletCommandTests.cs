using System.Text.Json;

namespace Hallmark.Cli.Tests.Commands;

/// <summary><c>wallet new|show</c>: made once, for its owner only, its secret never shown.</summary>
public sealed class WalletCommandTests
{
    [Fact]
    public async Task A_new_wallet_is_for_its_owner_only_and_is_never_overwritten_or_printed()
    {
        using var scene = new CommandScene();
        var made = await scene.JsonAsync(0, "wallet", "new");
        var file = Path.Combine(scene.Home, "wallet.json");
        Assert.Equal(file, (string?)made["file"]);
        var numbers = JsonSerializer.Deserialize<int[]>(await File.ReadAllBytesAsync(file))!;
        Assert.Equal(64, numbers.Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        await scene.RefuseAsync(2, "wallet", "new");
        var shown = await scene.ExpectAsync(0, "wallet", "show");
        Assert.Contains((string)made["address"]!, shown.Out, StringComparison.Ordinal);
        var seed = Convert.ToHexString([.. numbers.Take(32).Select(number => (byte)number)]);
        Assert.DoesNotContain(seed, shown.Out.ToUpperInvariant(), StringComparison.Ordinal);
        Assert.DoesNotContain(string.Join(',', numbers.Take(4)), shown.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("solana")]
    [InlineData("arweave")]
    [InlineData("ethereum")]
    public async Task Each_kind_of_wallet_is_made_closed_shown_as_what_it_is_and_kept(string type)
    {
        using var scene = new CommandScene();
        var made = await scene.JsonAsync(0, "wallet", "new", "--type", type);
        Assert.Equal(type, (string?)made["chain"]);
        Assert.Equal(43, ((string)made["owner_address"]!).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(scene.Home, "wallet.json")));
        }

        await scene.RefuseAsync(2, "wallet", "new", "--type", type);
        Assert.Equal((string?)made["address"], (string?)(await scene.JsonAsync(0, "wallet", "show"))["address"]);
    }

    [Fact]
    public async Task A_kind_that_there_is_not_is_wrong_usage()
    {
        using var scene = new CommandScene();
        await scene.RefuseAsync(2, "wallet", "new", "--type", "bitcoin");
    }

    [Fact]
    public async Task A_short_arweave_key_is_refused_when_it_is_read_and_stays()
    {
        using var scene = new CommandScene();
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        var file = scene.Folder.File("short.json");
        var content = Anchors.Arweave.Wallets.WalletText.WriteArweave(rsa.ExportParameters(includePrivateParameters: true));
        await File.WriteAllBytesAsync(file, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var refused = await scene.RefuseAsync(2, "wallet", "show", "--file", file);
        Assert.Contains("2048 bits", refused.Error, StringComparison.Ordinal);
        Assert.Contains("4096 bits", refused.Error, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_wallet_that_was_named_and_is_broken_missing_or_open_to_others_is_an_error_and_stays()
    {
        using var scene = new CommandScene();
        var file = scene.Folder.File("mine.json");
        await scene.RefuseAsync(2, "wallet", "show", "--file", file);
        scene.Environment["ARIO_MLFLOW_ARWEAVE_WALLET"] = file;
        await File.WriteAllTextAsync(file, "[1,2,3]");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Assert.Contains("is no wallet", (await scene.RefuseAsync(2, "wallet", "show")).Error, StringComparison.Ordinal);
        await scene.RefuseAsync(2, "wallet", "new");
        Assert.Equal("[1,2,3]", await File.ReadAllTextAsync(file));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            await scene.RefuseAsync(2, "wallet", "show");
        }
    }
}
