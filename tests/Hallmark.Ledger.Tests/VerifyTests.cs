using System.Globalization;
using Hallmark.Core.Events;
using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>A ledger of 600 entries with checkpoints at 5, 300 and 600 and one entry that is not published, tampered with in every place.</summary>
public sealed class VerifyTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

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
    public async Task An_untouched_ledger_verifies_also_with_entries_that_are_not_published_yet()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendManyAsync(30);
            var beside = await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);
            Assert.Null(beside.FirstFault);
            Assert.Equal((630L, 3L, 600L), (beside.EntryCount, beside.CheckpointCount, beside.Latest?.Size));
        }

        var verification = await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);
        Assert.Null(verification.FirstFault);
        Assert.Equal((630L, 4L, 0), (verification.EntryCount, verification.CheckpointCount, verification.ExitCode));
        Assert.Equal(verification.Latest?.Root, verification.Root);
    }

    [Theory]
    [InlineData(
        "UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), 'test', 'tost') AS BLOB) WHERE idx = 123",
        123,
        "envelope is not the one that was appended"
    )]
    [InlineData("UPDATE entry SET record = CAST('{\"name\":\"other\"}' AS BLOB) WHERE idx = 123", 123, "record is not the one")]
    [InlineData("UPDATE entry SET record = zeroblob(0) WHERE idx = 123", 123, "record is not the one")]
    [InlineData("UPDATE entry SET payload_hash = zeroblob(32), record = NULL WHERE idx = 123", 123, "payload hash")]
    [InlineData("UPDATE entry SET payload_hash = zeroblob(31) WHERE idx = 123", 123, "wrong size")]
    [InlineData("UPDATE entry SET event_id = 'forged' WHERE idx = 123", 123, "event id")]
    [InlineData("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 123", 123, "leaf hash differs")]
    [InlineData("UPDATE entry SET subject = 'run:forged' WHERE idx = 123", 123, "cannot be found by its subject")]
    [InlineData("UPDATE entry SET chain = 'c' WHERE idx = 123", 123, "head of the chain")]
    [InlineData("INSERT INTO chain (name, idx) VALUES ('c', 77)", 77, "head of the chain")]
    [InlineData("DELETE FROM entry WHERE idx = 123", 123, "missing in the database")]
    [InlineData("DELETE FROM entry WHERE idx = 0", 0, "missing in the database")]
    [InlineData("DELETE FROM entry WHERE idx >= 599", 599, "missing")]
    [InlineData("DELETE FROM lookup WHERE idx = 123", 123, "cannot be found by its event id")]
    [InlineData("UPDATE entry SET idx = 100000 WHERE idx = 200", 200, "missing in the database")]
    [InlineData("UPDATE entry SET envelope = zeroblob(70000) WHERE idx = 9", 9, "wrong size")]
    public async Task The_first_entry_that_was_changed_in_the_database_is_named(string sql, long index, string what)
    {
        Tamper(sql);
        var verification = await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);
        Assert.Equal((false, 1), (verification.IsVerified, verification.ExitCode));
        Assert.Equal(index, verification.FirstFault?.Index);
        Assert.Contains(what, verification.FirstFault?.What);
    }

    [Theory]
    [InlineData(3, "has another hash in the published file tile/0/000")]
    [InlineData(299, "has another hash in the published file tile/0/001")]
    [InlineData(599, "has another hash in the published file tile/0/002.p/88")]
    public async Task A_rewrite_that_is_consistent_within_the_database_is_named_by_the_tiles(int index, string what)
    {
        ReplaceConsistently(index);
        var fault = (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault;
        Assert.Equal((index, TestLedger.Event("forged").EventId), (fault?.Index, fault?.EventId));
        Assert.Contains(what, fault?.What);
    }

    [Fact]
    public async Task The_first_of_several_faults_is_named_even_where_another_one_is_met_before()
    {
        ReplaceConsistently(20);
        Tamper("UPDATE entry SET envelope = zeroblob(3) WHERE idx = 100");
        Assert.Equal(20, (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault?.Index);
    }

    [Fact]
    public async Task A_rewrite_of_database_and_tiles_together_does_not_lead_to_the_signed_roots()
    {
        ReplaceConsistently(400);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "public/tile"), "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        await RebuildTilesAsync();
        var fault = (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault;
        Assert.Equal(300, fault?.Index);
        Assert.Contains("one of the entries 300 to 599 is not what was signed", fault?.What);
    }

    [Theory]
    [InlineData("public/tile/0/000", 32 * 17, 17)]
    [InlineData("public/tile/0/001", 0, 256)]
    [InlineData("public/tile/0/002.p/88", (88 * 32) - 1, 599)]
    [InlineData("public/tile/1/000.p/2", 33, 256)]
    [InlineData("public/tile/entries/000", 0, 0)]
    [InlineData("public/tile/entries/002.p/88", 5, 512)]
    public async Task A_flipped_byte_in_a_published_file_is_named_with_the_entry(string file, int offset, long index)
    {
        var path = Path.Combine(Folder, file);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[offset] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        var fault = (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault;
        Assert.Equal(index, fault?.Index);
        Assert.Contains(file["public/".Length..], fault?.What);
    }

    [Theory]
    [InlineData("public/tile/0/000")]
    [InlineData("public/tile/0/002.p/88")]
    [InlineData("public/tile/1/000.p/2")]
    [InlineData("public/tile/entries/001")]
    [InlineData("public/tile/entries/002.p/88")]
    [InlineData("checkpoints/5")]
    [InlineData("checkpoints/300")]
    public async Task A_published_file_that_is_missing_cut_short_or_prolonged_is_a_fault(string file)
    {
        var path = Path.Combine(Folder, file);
        var bytes = await File.ReadAllBytesAsync(path);
        foreach (var replacement in new[] { null, [], bytes[..^1], [.. bytes, (byte)'x'] })
        {
            if (replacement is null)
            {
                File.Delete(path);
            }
            else
            {
                await File.WriteAllBytesAsync(path, replacement);
            }

            var fault = (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault;
            Assert.NotNull(fault);
            Assert.Contains(file.Replace("public/", ""), fault.What);
        }

        await File.WriteAllBytesAsync(path, bytes);
        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
    }

    [Theory]
    [InlineData("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 300", "is not what was signed")]
    [InlineData("UPDATE checkpoint SET note = CAST('x' AS BLOB) WHERE size = 300", "is not one of this ledger")]
    [InlineData("UPDATE checkpoint SET size = 301 WHERE size = 300", "is not what was signed")]
    [InlineData("DELETE FROM checkpoint WHERE size = 300", "not known to the database")]
    [InlineData(
        "UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), '— ', '— x') AS BLOB) WHERE size = 5",
        "is not one of this ledger"
    )]
    public async Task A_checkpoint_that_was_changed_in_the_database_is_a_fault(string sql, string what)
    {
        Tamper(sql);
        Assert.Contains(what, (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault?.What);
    }

    [Fact]
    public async Task A_served_checkpoint_that_was_never_published_is_a_fault()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "public/checkpoint"), "ledger.example/tests\n5\nx\n");
        Assert.Contains("served checkpoint", (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault?.What);
    }

    [Theory]
    [InlineData("DELETE FROM entry WHERE idx >= 599")]
    [InlineData("DELETE FROM checkpoint WHERE size = 600")]
    [InlineData("DELETE FROM checkpoint")]
    [InlineData("UPDATE entry SET envelope = zeroblob(3) WHERE idx = 550")]
    [InlineData("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 600")]
    [InlineData("UPDATE checkpoint SET note = zeroblob(32) WHERE size = 600")]
    public async Task A_database_that_disagrees_with_what_was_signed_last_is_not_opened_to_write(string sql)
    {
        Tamper(sql);
        var before = await File.ReadAllBytesAsync(Path.Combine(Folder, "public/checkpoint"));
        var refusal = await Assert.ThrowsAsync<LedgerDamagedException>(() => TestLedger.OpenAsync(Folder));
        Assert.Equal(2, refusal.ExitCode);
        Assert.NotEmpty(refusal.Hints);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(Folder, "public/checkpoint")));
    }

    [Theory]
    [InlineData("public/tile/0/002.p/88")]
    [InlineData("public/tile/1/000.p/2")]
    public async Task Tiles_that_do_not_lead_to_the_signed_root_stop_the_start(string file)
    {
        var path = Path.Combine(Folder, file);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await Assert.ThrowsAsync<LedgerDamagedException>(() => TestLedger.OpenAsync(Folder));
        File.Delete(path);
        await Assert.ThrowsAsync<LedgerDamagedException>(() => TestLedger.OpenAsync(Folder));
    }

    [Fact]
    public async Task An_unpublished_entry_that_was_changed_is_never_signed()
    {
        // Work that cannot be kept holds the publishing up, as a crash would.
        var ledger = await TestLedger.OpenAsync(TestLedger.Options(Folder) with { CheckpointWork = _ => [new OutboxWork("", default)] });
        await ledger.AppendManyAsync(3);
        await Assert.ThrowsAnyAsync<Exception>(async () => await ledger.DisposeAsync());
        Tamper("UPDATE entry SET envelope = zeroblob(3) WHERE idx = 601");

        var again = await TestLedger.OpenAsync(Folder);
        var refusal = await Assert.ThrowsAsync<LedgerDamagedException>(() => again.PublishAsync(CancellationToken.None));
        Assert.Contains("entry 601", refusal.Message);
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await again.DisposeAsync());
        Assert.False(File.Exists(Path.Combine(Folder, "checkpoints/603")));
    }

    [Fact]
    public async Task A_database_taken_away_from_under_a_published_ledger_does_not_become_a_new_one()
    {
        File.Delete(Path.Combine(Folder, "ledger.db"));
        await Assert.ThrowsAsync<LedgerDamagedException>(() => TestLedger.OpenAsync(Folder));
        Assert.False(File.Exists(Path.Combine(Folder, "ledger.db")));
    }

    [Fact]
    public async Task Proofs_are_not_given_from_damaged_tiles_or_entries()
    {
        Tamper("UPDATE entry SET envelope = zeroblob(3) WHERE idx = 50");
        using var reader = LedgerReader.Open(Folder);
        await Assert.ThrowsAsync<LedgerDamagedException>(() => reader.ProveInclusionAsync(50, null, CancellationToken.None));
        Assert.Equal(600UL, (await reader.ProveInclusionAsync(51, null, CancellationToken.None)).TreeSize);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "public/tile/0/002.p/88"), new byte[88 * 32]);
        await Assert.ThrowsAsync<LedgerDamagedException>(() => reader.ProveInclusionAsync(51, null, CancellationToken.None));
        await Assert.ThrowsAsync<LedgerDamagedException>(() => reader.ProveConsistencyAsync(5, 600, CancellationToken.None));
    }

    [Fact]
    public async Task Progress_is_told_and_cancelling_ends_it()
    {
        var told = new List<long>();
        await LedgerVerifier.VerifyAsync(Folder, new Synchronous(told.Add), CancellationToken.None);
        Assert.Equal(600, told[^1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            LedgerVerifier.VerifyAsync(Folder, null, new CancellationToken(canceled: true))
        );
    }

    private void Tamper(string sql)
    {
        using var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromMinutes(1));
        session.Execute(sql);
    }

    // An attacker who owns the disk: another envelope with leaf hash, payload hash, record and look-ups that fit it.
    private void ReplaceConsistently(int index)
    {
        var forged = TestLedger.Event("forged");
        var leaf = Core.Merkle.MerkleHash.Leaf(forged.Envelope.Span).Hex;
        Tamper(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                UPDATE entry SET envelope = X'{Convert.ToHexString(
                    forged.Envelope.Span
                )}', leaf = X'{leaf}', payload_hash = X'{forged.PayloadHash}',
                    record = X'{Convert.ToHexString(forged.Record!.Value.Span)}', event_id = 'forged' WHERE idx = {index};
                DELETE FROM lookup WHERE idx = {index};
                INSERT INTO lookup (kind, key, idx) VALUES (1, {Storage.LookupKey.Of("forged")}, {index}), (2, {Storage.LookupKey.Of(
                    Convert.FromHexString(forged.PayloadHash)
                )}, {index}),
                    (4, {Storage.LookupKey.Of(Convert.FromHexString(leaf))}, {index})
                """
            )
        );
    }

    private async Task RebuildTilesAsync()
    {
        using var reader = LedgerReader.Open(Folder);
        var other = Path.Combine(_home.Path, "other");
        await using var ledger = await TestLedger.OpenAsync(TestLedger.Options(other) with { KeepsPartialTiles = true });
        await foreach (var entry in reader.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            await ledger.AppendAsync(
                new()
                {
                    Envelope = entry.Envelope,
                    Record = entry.Record,
                    EventId = entry.EventId,
                    EventType = entry.EventType,
                    PayloadHash = entry.PayloadHash,
                },
                CancellationToken.None
            );
        }

        await ledger.PublishAsync(CancellationToken.None);
        Directory.Delete(Path.Combine(Folder, "public/tile"), recursive: true);
        Directory.Move(Path.Combine(other, "public/tile"), Path.Combine(Folder, "public/tile"));
    }

    private sealed class Synchronous(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
