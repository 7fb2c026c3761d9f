using System.Security.Cryptography;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>Files that are not the database of a ledger: one clear failure, exit code 2, nothing written.</summary>
public sealed class HostileDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    private string Database => Path.Combine(Folder, "ledger.db");

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("empty file")]
    [InlineData("garbage")]
    [InlineData("SQLite header and garbage")]
    [InlineData("another program's database")]
    [InlineData("version 4")]
    [InlineData("version 0")]
    [InlineData("missing table")]
    [InlineData("another column")]
    [InlineData("trigger")]
    [InlineData("view")]
    [InlineData("no identity")]
    [InlineData("identity with another key's name")]
    public async Task Whatever_is_not_a_ledger_is_refused_in_one_line_and_left_alone(string kind)
    {
        await MakeAsync(kind);
        var before = Hash();
        foreach (
            var attempt in new Func<Task>[]
            {
                () => TestLedger.OpenAsync(Folder),
                () => Task.Run(() => LedgerReader.Open(Folder)),
                () => LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None),
            }
        )
        {
            var refusal = await Assert.ThrowsAnyAsync<BadInputException>(attempt);
            Assert.Equal(2, refusal.ExitCode);
            Assert.DoesNotContain('\n', refusal.Message);
            if (kind.StartsWith("version", StringComparison.Ordinal))
            {
                Assert.Contains($"has schema {kind}", refusal.Message);
            }
        }

        Assert.Equal(before, Hash());
    }

    [Theory]
    [InlineData(0.95)]
    [InlineData(0.5)]
    [InlineData(0.1)]
    public async Task A_database_that_was_cut_short_is_refused_and_what_cannot_be_read_is_said(double share)
    {
        await MakeAsync("good");
        using (var file = new FileStream(Database, FileMode.Open))
        {
            file.SetLength((long)(file.Length * share));
        }

        var refusal = await Assert.ThrowsAnyAsync<BadInputException>(() =>
            LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)
        );
        Assert.Contains("damaged", refusal.Message);
        await Assert.ThrowsAnyAsync<BadInputException>(() => TestLedger.OpenAsync(Folder));
    }

    [Fact]
    public async Task No_page_of_noise_passes_or_ends_in_anything_but_a_typed_failure()
    {
        await MakeAsync("good");
        var good = await File.ReadAllBytesAsync(Database);
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            var bad = (byte[])good.Clone();
            random.NextBytes(bad.AsSpan(random.Next(bad.Length - 600), random.Next(8, 600)));
            await File.WriteAllBytesAsync(Database, bad);
            try
            {
                // Noise may hit free space, where it changes nothing; it must never be a lower exception.
                await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);
            }
            catch (HallmarkException) { }
        }
    }

    [Fact]
    public async Task A_missing_folder_is_no_ledger_and_is_not_made_by_reading()
    {
        Assert.Throws<LedgerFormatException>(() => LedgerReader.Open(Folder));
        await Assert.ThrowsAsync<LedgerFormatException>(() => TestLedger.OpenAsync(TestLedger.Options(Folder) with { MayCreate = false }));
        await Assert.ThrowsAsync<LedgerFormatException>(() => LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task A_config_that_contradicts_the_database_is_refused()
    {
        await MakeAsync("good");
        var config = Path.Combine(Folder, "config.json");
        foreach (
            var text in new[]
            {
                "{}",
                "x",
                "{\"origin\":\"other\",\"vkey\":\"x\",\"created\":\"2026-01-01T00:00:00Z\"}",
                new string('[', 100_000),
            }
        )
        {
            await File.WriteAllTextAsync(config, text);
            await Assert.ThrowsAsync<LedgerFormatException>(() => TestLedger.OpenAsync(Folder));
        }

        File.Delete(config);
        await using var ledger = await TestLedger.OpenAsync(Folder);
        Assert.Contains(ledger.Reader.VerifierKey, System.Text.RegularExpressions.Regex.Unescape(await File.ReadAllTextAsync(config)));
    }

    [Fact]
    public async Task A_database_that_nobody_writes_is_read_without_a_file_made_beside_it()
    {
        await MakeAsync("good");
        using var session = SqliteSession.Open(Database, SqliteAccess.ReadImmutable, TimeSpan.FromSeconds(1));
        Assert.Equal(300, session.ReadNumber("SELECT count(*) FROM entry"));
        Assert.Equal(["ledger.db"], Directory.EnumerateFiles(Folder, "ledger.db*").Select(Path.GetFileName));
    }

    private async Task MakeAsync(string kind)
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendManyAsync(300);
        }

        switch (kind)
        {
            case "empty file":
                await File.WriteAllBytesAsync(Database, []);
                break;
            case "garbage":
                await File.WriteAllBytesAsync(Database, RandomNumberGenerator.GetBytes(10_000));
                break;
            case "SQLite header and garbage":
                var bytes = await File.ReadAllBytesAsync(Database);
                RandomNumberGenerator.Fill(bytes.AsSpan(100));
                await File.WriteAllBytesAsync(Database, bytes);
                break;
            case "another program's database":
                Change("PRAGMA application_id = 7");
                break;
            case "version 4":
                Change("PRAGMA user_version = 4");
                break;
            case "version 0":
                Change("PRAGMA user_version = 0");
                break;
            case "missing table":
                Change("DROP TABLE chain");
                break;
            case "another column":
                Change("ALTER TABLE entry ADD COLUMN extra");
                break;
            case "trigger":
                Change("CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END");
                break;
            case "view":
                Change("CREATE VIEW v AS SELECT 1");
                break;
            case "no identity":
                Change("DELETE FROM meta");
                break;
            case "identity with another key's name":
                Change("UPDATE meta SET value = 'ledger.example/other' WHERE key = 'origin'");
                break;
            default:
                break;
        }
    }

    private void Change(string sql)
    {
        using var session = SqliteSession.Open(Database, SqliteAccess.Write, TimeSpan.FromMinutes(1));
        session.Execute(sql);
    }

    private string Hash() => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Database)));
}
