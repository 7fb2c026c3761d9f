using Hallmark.Core.Failures;
using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>A ledger of 600 entries with checkpoints at 5, 300 and 600 that lost what it had published.</summary>
public sealed class RestoreTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    private string Public => Path.Combine(Folder, "public");

    public async Task InitializeAsync()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        foreach (var size in new[] { 5, 300, 600 })
        {
            await ledger.AppendManyAsync(size - (int)ledger.Count);
            await ledger.PublishAsync(CancellationToken.None);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Lost_tiles_come_back_byte_for_byte_and_the_ledger_goes_on()
    {
        var before = Contents(Public);
        Directory.Delete(Public, recursive: true);
        await Assert.ThrowsAsync<LedgerDamagedException>(() => TestLedger.OpenAsync(Folder));

        var restored = await RestoreAsync();

        Assert.Equal((600L, 3L), (restored.EntryCount, restored.CheckpointCount));
        Assert.Equal(before, Contents(Public));
        Assert.Equal(before.Count, restored.WrittenCount);
        Assert.True((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).IsVerified);
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendManyAsync(200);
        }

        Assert.True((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).IsVerified);
    }

    [Fact]
    public async Task Every_single_lost_file_comes_back_with_the_bytes_it_had()
    {
        foreach (var (path, bytes) in Contents(Folder).Where(file => IsPublished(file.Key)))
        {
            File.Delete(Path.Combine(Folder, path));
            var restored = await RestoreAsync();
            Assert.Equal((path, 1L), (path, restored.WrittenCount));
            Assert.Equal(bytes, Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(Folder, path))));
        }
    }

    [Fact]
    public async Task Lost_checkpoints_come_back_as_they_were_signed()
    {
        var before = Contents(Path.Combine(Folder, "checkpoints"));
        Directory.Delete(Path.Combine(Folder, "checkpoints"), recursive: true);
        Assert.Equal(3L, (await RestoreAsync()).WrittenCount);
        Assert.Equal(before, Contents(Path.Combine(Folder, "checkpoints")));
    }

    [Fact]
    public async Task Where_nothing_is_lost_nothing_is_written()
    {
        var before = Contents(Public);
        Assert.Equal(new RestoredFiles(600, 3, 0), await RestoreAsync());
        Assert.Equal(before, Contents(Public));
    }

    [Fact]
    public async Task A_tile_that_was_changed_is_not_replaced()
    {
        var tile = Path.Combine(Public, "tile", "0", "000");
        var bytes = await File.ReadAllBytesAsync(tile);
        bytes[7] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes);
        var refusal = await Assert.ThrowsAsync<LedgerDamagedException>(RestoreAsync);
        Assert.Contains(tile, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(tile));
    }

    [Theory]
    [InlineData("UPDATE entry SET envelope = CAST('{}' AS BLOB) WHERE idx = 2", "root of the checkpoint of 5 entries")]
    [InlineData("UPDATE entry SET envelope = CAST('{}' AS BLOB) WHERE idx = 599", "root of the checkpoint of 600 entries")]
    [InlineData("DELETE FROM entry WHERE idx = 400", "entry 400 is missing")]
    [InlineData("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 300", "checkpoint of 300 entries")]
    [InlineData("UPDATE checkpoint SET note = CAST('hello' AS BLOB) WHERE size = 300", "checkpoint of 300 entries")]
    public async Task A_database_that_does_not_lead_to_what_was_signed_writes_nothing(string sql, string what)
    {
        Directory.Delete(Public, recursive: true);
        using (var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromMinutes(1)))
        {
            session.Execute(sql);
        }

        var refusal = await Assert.ThrowsAsync<LedgerDamagedException>(RestoreAsync);
        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Public));
    }

    [Fact]
    public async Task It_waits_for_no_writer_for_ever()
    {
        await using var busy = await BusyLedger.StartAsync(Folder);
        await Assert.ThrowsAnyAsync<UnavailableException>(() => RestoreAsync(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_folder_without_a_ledger_stays_empty()
    {
        var empty = _home.File("empty");
        await Assert.ThrowsAsync<LedgerFormatException>(() =>
            PublishedFiles.RestoreAsync(empty, TimeSpan.Zero, TimeProvider.System, CancellationToken.None)
        );
        Assert.False(Directory.Exists(empty));
    }

    private Task<RestoredFiles> RestoreAsync() => RestoreAsync(TimeSpan.FromMinutes(2));

    private Task<RestoredFiles> RestoreAsync(TimeSpan lockTimeout) =>
        PublishedFiles.RestoreAsync(Folder, lockTimeout, TimeProvider.System, CancellationToken.None);

    private static bool IsPublished(string path) =>
        path.StartsWith("public", StringComparison.Ordinal) || path.StartsWith("checkpoints", StringComparison.Ordinal);

    private static SortedDictionary<string, string> Contents(string folder) =>
        new(
            Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .ToDictionary(path => Path.GetRelativePath(folder, path), path => Convert.ToHexString(File.ReadAllBytes(path))),
            StringComparer.Ordinal
        );
}
