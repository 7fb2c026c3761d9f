using Hallmark.Home.Settings;
using Hallmark.Keys;
using Hallmark.Ledger.Verification;

namespace Hallmark.Home.Tests;

/// <summary>
/// A ledger's checkpoints keep their key, whichever key signs the events: the one that made the ledger is looked for among all keys there are, by its public half and never by a
/// name that could mean another one.
/// </summary>
public sealed class LedgerKeyTests : IDisposable
{
    private static readonly HallmarkSettings Release = new() { SigningKey = "release" };
    private readonly HomeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_ledger_whose_key_is_in_the_environment_is_written_by_a_command_that_names_another_key()
    {
        _scene.Environment[SigningKeys.EnvironmentVariable] = "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=";
        var made = await RecordAsync(new HallmarkSettings(), "one");
        new KeyFolder(_scene.Home.KeysFolder).Create("release").Dispose();
        var after = await RecordAsync(Release, "two");
        Assert.NotEqual(made.Signer, after.Signer);
        Assert.Equal(made.LedgerKey, after.LedgerKey);
        await AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_ledger_whose_key_has_a_name_that_means_another_one_is_written_with_its_own()
    {
        var keys = new KeyFolder(_scene.Home.KeysFolder);
        keys.Create("release").Dispose();
        var made = await RecordAsync(Release, "one");

        // The names of another program's pair and of a path; that program has a pair, too.
        foreach (var name in new[] { "ario-mlflow", "release.json" })
        {
            foreach (var half in new[] { "private", "public" })
            {
                var file = Directory
                    .GetFiles(_scene.Home.KeysFolder, $"*.{half}.json")
                    .Single(path => !path.Contains("other", StringComparison.Ordinal));
                File.Move(file, Path.Combine(_scene.Home.KeysFolder, $"{name}.{half}.json"));
            }

            WriteArioPair();
            if (!keys.Contains("other"))
            {
                keys.Create("other").Dispose();
            }

            var after = await RecordAsync(new HallmarkSettings { SigningKey = "other" }, name);
            Assert.Equal(made.LedgerKey, after.LedgerKey);
        }

        await AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_ledger_whose_key_is_nowhere_is_not_written_and_no_key_is_made()
    {
        new KeyFolder(_scene.Home.KeysFolder).Create("release").Dispose();
        await RecordAsync(Release, "one");
        Directory.Delete(_scene.Home.KeysFolder, recursive: true);
        var failure = await Assert.ThrowsAnyAsync<Core.Failures.HallmarkException>(() => RecordAsync(new HallmarkSettings(), "two"));
        Assert.Contains("is not in " + _scene.Home.KeysFolder, failure.Message, StringComparison.Ordinal);
        Assert.Contains("put its file back from a backup", failure.Hints);
        Assert.False(Directory.Exists(_scene.Home.KeysFolder));
    }

    [Fact]
    public async Task A_ledger_is_not_handed_over_to_a_key_that_nobody_could_ask_for()
    {
        await RecordAsync(new HallmarkSettings(), "one");
        await using var session = _scene.Open();
        await Assert.ThrowsAsync<KeyException>(() => session.RotateLedgerKeyAsync("next.json", CancellationToken.None));
        await Assert.ThrowsAsync<KeyException>(() => session.RotateLedgerKeyAsync("../next", CancellationToken.None));
        var rotation = await session.RotateLedgerKeyAsync("next", CancellationToken.None);
        Assert.NotNull(rotation.Entry);
        Assert.NotEqual(rotation.Retired, rotation.InForce);
        Assert.Null((await session.RotateLedgerKeyAsync("next", CancellationToken.None)).Entry);
        await AssertVerifiesAsync();
    }

    private async Task<(string Signer, string LedgerKey)> RecordAsync(HallmarkSettings settings, string content)
    {
        await using var session = _scene.Open(settings);
        await _scene.RecordAsync(session, content);
        await session.DrainOutboxAsync(CancellationToken.None);
        return (session.OpenSigner().PublicKey.Hex, (await session.FindLedger()!.FindKeysAsync(CancellationToken.None)).Current.ToString());
    }

    private async Task AssertVerifiesAsync() =>
        Assert.True((await LedgerVerifier.VerifyAsync(_scene.Home.LedgerFolder, progress: null, CancellationToken.None)).IsVerified);

    private void WriteArioPair()
    {
        var path = _scene.Folder.File(".ario-mlflow/keys/ed25519_private.json");
        File.WriteAllText(path, $$"""{"seed": "{{Convert.ToBase64String(new byte[32])}}"}""");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
