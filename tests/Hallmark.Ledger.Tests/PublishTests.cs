using System.Globalization;
using System.Text;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

public sealed class PublishTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task New_work_is_published_by_itself_and_the_checkpoint_is_signed_by_the_ledgers_key()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder, publishes: true);
        await ledger.AppendAsync("a");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (ledger.LatestCheckpoint is null)
        {
            await Task.Delay(10, limit.Token);
        }

        var note = SignedNote.Parse(await File.ReadAllBytesAsync(Path.Combine(Folder, "public/checkpoint")));
        Assert.True(note.Verify(NoteVerifierKey.ForEd25519(TestLedger.Origin, TestLedger.Key.PublicKey)).IsVerified);
        var checkpoint = Checkpoint.Parse(note.Text.Span);
        Assert.Equal(
            (TestLedger.Origin, 1L, MerkleHash.Leaf(TestLedger.Event("a").Envelope.Span)),
            (checkpoint.Origin, checkpoint.Size, checkpoint.Root)
        );
    }

    [Fact]
    public async Task Disposal_publishes_the_rest_and_nothing_new_makes_no_second_checkpoint()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendManyAsync(3);
        }

        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            Assert.Equal(3, ledger.LatestCheckpoint?.Size);
            Assert.Equal(3, (await ledger.PublishAsync(CancellationToken.None))?.Size);
        }

        Assert.Equal(["3"], Directory.EnumerateFiles(Path.Combine(Folder, "checkpoints")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task More_than_one_checkpoint_takes_are_published_in_stretches_that_end_anywhere_in_a_tile()
    {
        var options = TestLedger.Options(Folder) with { MaxStretch = 300 };
        await using (var ledger = await TestLedger.OpenAsync(options))
        {
            await ledger.AppendManyAsync(1_000);
            Assert.Equal(1_000, (await ledger.PublishAsync(CancellationToken.None))?.Size);
            Assert.Equal(
                ["1000", "300", "600", "900"],
                Directory.EnumerateFiles(Path.Combine(Folder, "checkpoints")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            );
            foreach (var index in new[] { 0, 255, 256, 299, 300, 899, 999 })
            {
                var entry = Assert.Single(await ledger.FindByPayloadHashAsync(TestLedger.HashOf($"event-{index}"), CancellationToken.None));
                var proof = await ledger.Reader.ProveInclusionAsync(entry.Index, 1_000, CancellationToken.None);
                Assert.True(proof.Verifies(MerkleHash.Leaf(entry.Envelope.Span), ledger.LatestCheckpoint!.Root));
            }
        }

        var verification = await LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None);
        Assert.True(verification.IsVerified, verification.FirstFault?.What);
    }

    [Fact]
    public async Task No_checkpoint_adds_more_than_65536_entries()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var many = Enumerable.Range(0, 65_600).Select(i => TestLedger.Event(string.Create(CultureInfo.InvariantCulture, $"event-{i}")));
        var outcomes = await ledger.AppendAllAsync([.. many], CancellationToken.None);
        Assert.All(outcomes, outcome => Assert.True(outcome.IsNew));
        Assert.Equal(65_600, (await ledger.PublishAsync(CancellationToken.None))?.Size);
        Assert.Equal(
            ["65536", "65600"],
            Directory.EnumerateFiles(Path.Combine(Folder, "checkpoints")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("payload_hash = zeroblob(31)")]
    [InlineData("envelope = zeroblob(1048577)")]
    public async Task An_entry_with_a_column_of_a_wrong_size_is_not_signed(string change)
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendManyAsync(3);
        var good = change.StartsWith('p') ? "payload_hash" : "envelope";
        using var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromMinutes(1));
        session.Execute(
            $"CREATE TEMP TABLE kept AS SELECT {good} AS value FROM entry WHERE idx = 1; UPDATE entry SET {change} WHERE idx = 1"
        );
        var refusal = await Assert.ThrowsAsync<LedgerFormatException>(() => ledger.PublishAsync(CancellationToken.None));
        Assert.Equal("entry 1 of the ledger has columns of a wrong size", refusal.Message);
        Assert.Null(ledger.LatestCheckpoint);
        session.Execute($"UPDATE entry SET {good} = (SELECT value FROM kept) WHERE idx = 1");
        Assert.Equal(3, (await ledger.PublishAsync(CancellationToken.None))?.Size);
    }

    [Fact]
    public async Task An_empty_ledger_publishes_nothing_and_verifies()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            Assert.Null(await ledger.PublishAsync(CancellationToken.None));
        }

        var verification = await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);
        Assert.Equal(
            (true, 0L, 0L, TreeHash.OfEmptyTree),
            (verification.IsVerified, verification.EntryCount, verification.CheckpointCount, verification.Root)
        );
    }

    [Fact]
    public async Task Any_two_checkpoints_are_consistent_and_any_entry_is_in_each_that_covers_it()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var random = new Random(11);
        var published = new List<PublishedCheckpoint>();
        while (ledger.Count < 700)
        {
            await ledger.AppendManyAsync(random.Next(1, 90));
            published.Add((await ledger.PublishAsync(CancellationToken.None))!);
        }

        foreach (var old in published)
        {
            foreach (var later in published.Where(later => later.Size >= old.Size))
            {
                Assert.True(
                    (await ledger.Reader.ProveConsistencyAsync(old.Size, later.Size, CancellationToken.None)).Verifies(old.Root, later.Root)
                );
            }

            var index = random.NextInt64(old.Size);
            var entry = await ledger.Reader.FindByIndexAsync(index, CancellationToken.None);
            var proof = await ledger.Reader.ProveInclusionAsync(index, old.Size, CancellationToken.None);
            Assert.True(proof.Verifies(MerkleHash.Leaf(entry!.Envelope.Span), old.Root));
        }
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(5, 5)]
    [InlineData(0, 6)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    public async Task A_proof_that_cannot_be_is_bad_input(long index, long size)
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendManyAsync(5);
        await ledger.PublishAsync(CancellationToken.None);
        await ledger.AppendAsync("not published yet");
        await Assert.ThrowsAsync<BadInputException>(() => ledger.Reader.ProveInclusionAsync(index, size, CancellationToken.None));
        await Assert.ThrowsAsync<BadInputException>(() =>
            ledger.Reader.ProveConsistencyAsync(index + 1, Math.Max(size, 6), CancellationToken.None)
        );
        await Assert.ThrowsAsync<BadInputException>(() => ledger.Reader.ProveConsistencyAsync(0, 5, CancellationToken.None));
        await Assert.ThrowsAsync<BadInputException>(() => ledger.Reader.ProveConsistencyAsync(3, 2, CancellationToken.None));
    }

    [Fact]
    public async Task Partial_tiles_go_when_the_full_one_is_published_and_stay_until_then()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendManyAsync(255);
        await ledger.PublishAsync(CancellationToken.None);
        var partials = Path.Combine(Folder, "public/tile/0/000.p");
        Assert.True(File.Exists(Path.Combine(partials, "255")));
        await ledger.AppendManyAsync(1);
        await ledger.PublishAsync(CancellationToken.None);
        Assert.False(Directory.Exists(partials));
        Assert.False(Directory.Exists(Path.Combine(Folder, "public/tile/entries/000.p")));
        Assert.True(File.Exists(Path.Combine(Folder, "public/tile/1/000.p/1")));
    }

    [Theory]
    [InlineData("public/checkpoint")]
    [InlineData("checkpoints/7")]
    public async Task A_checkpoint_file_that_a_crash_left_unwritten_is_completed_by_the_next_start(string file)
    {
        var path = Path.Combine(Folder, file);
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendManyAsync(7);
        }

        var bytes = await File.ReadAllBytesAsync(path);
        File.Delete(path);
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
        }
    }

    [Fact]
    public async Task Tiles_that_a_crash_left_before_their_checkpoint_do_no_harm()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendManyAsync(3);
        }

        var stray = Path.Combine(Folder, "public/tile/0/000.p/4");
        await File.WriteAllBytesAsync(
            stray,
            [
                .. await File.ReadAllBytesAsync(Path.Combine(Folder, "public/tile/0/000.p/3")),
                .. MerkleHash.Leaf(TestLedger.Event("event-3").Envelope.Span).Bytes,
            ]
        );
        await File.WriteAllTextAsync(Path.Combine(Folder, "tmp/17"), "half");
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            await ledger.AppendManyAsync(2);
        }

        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
        Assert.False(File.Exists(Path.Combine(Folder, "tmp/17")));
    }

    [Fact]
    public async Task A_published_file_with_other_bytes_is_never_overwritten_and_stops_the_signing()
    {
        var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendAsync("a");
        var forged = Path.Combine(Folder, "public/tile/0/000.p/1");
        Directory.CreateDirectory(Path.GetDirectoryName(forged)!);
        await File.WriteAllBytesAsync(forged, new byte[32]);
        await Assert.ThrowsAsync<LedgerDamagedException>(() => ledger.PublishAsync(CancellationToken.None));
        Assert.Equal(new byte[32], await File.ReadAllBytesAsync(forged));
        Assert.False(File.Exists(Path.Combine(Folder, "public/checkpoint")));
        await Assert.ThrowsAsync<LedgerDamagedException>(() => ledger.AppendAsync("b"));
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await ledger.DisposeAsync());
    }

    [Fact]
    public async Task Another_key_or_another_origin_is_refused()
    {
        await using (await TestLedger.OpenAsync(Folder)) { }

        using var other = Ed25519PrivateKey.Generate();
        await Assert.ThrowsAsync<BadInputException>(() =>
            EventLedger.OpenAsync(TestLedger.Options(Folder), other, TimeProvider.System, CancellationToken.None)
        );
        await Assert.ThrowsAsync<BadInputException>(() =>
            TestLedger.OpenAsync(TestLedger.Options(Folder) with { Origin = "ledger.example/other" })
        );
        await using var again = await TestLedger.OpenAsync(TestLedger.Options(Folder) with { Origin = null });
        Assert.Equal(TestLedger.Origin, again.Reader.Origin);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("")]
    public async Task An_origin_that_cannot_name_a_key_is_refused(string origin)
    {
        await Assert.ThrowsAsync<BadInputException>(() => TestLedger.OpenAsync(TestLedger.Options(Folder) with { Origin = origin }));
        Assert.False(File.Exists(Path.Combine(Folder, "ledger.db")));
    }

    [Fact]
    public async Task An_export_has_every_entry_byte_for_byte_and_the_checkpoint()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendAsync("a", "run:1");
        await ledger.AppendAsync(
            new EventSubmission
            {
                Envelope = new byte[] { 0, 255 },
                EventId = "b",
                PayloadHash = new string('0', 64),
            },
            CancellationToken.None
        );
        var checkpoint = await ledger.PublishAsync(CancellationToken.None);
        using var output = new MemoryStream();
        await LedgerExport.WriteAsync(ledger.Reader, output, CancellationToken.None);
        var lines = Encoding
            .UTF8.GetString(output.ToArray())
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!)
            .ToArray();
        Assert.Equal(3, lines.Length);
        Assert.Equal(TestLedger.Event("a").Envelope.ToArray(), Convert.FromBase64String(lines[0]["envelope"]!.GetValue<string>()));
        Assert.Equal(TestLedger.Event("a").Record?.ToArray(), Convert.FromBase64String(lines[0]["record"]!.GetValue<string>()));
        Assert.Equal(
            (1, "b", true),
            (lines[1]["index"]!.GetValue<int>(), lines[1]["event_id"]!.GetValue<string>(), lines[1]["record"] is null)
        );
        Assert.Equal([0, 255], Convert.FromBase64String(lines[1]["envelope"]!.GetValue<string>()));
        Assert.Equal(Encoding.UTF8.GetString(checkpoint!.Note.Span), lines[2]["checkpoint"]!.GetValue<string>());
    }
}
