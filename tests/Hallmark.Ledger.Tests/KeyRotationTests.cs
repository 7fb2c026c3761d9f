using System.Globalization;
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

/// <summary>A ledger whose checkpoint key is handed over, and what others could make of that.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task After_a_handover_the_new_key_signs_and_the_first_checkpoint_carries_both_signatures()
    {
        await using (var ledger = await OpenAsync(0))
        {
            await ledger.AppendManyAsync(5);
            var entry = await HandOverAsync(ledger, 1);
            Assert.Equal((5L, KeyHandover.EventType), (entry.Index, entry.EventType));
            Assert.Equal(Vkey(1), ledger.Keys.Current);
            Assert.Equal(6, ledger.LatestCheckpoint?.Size);
            await ledger.AppendManyAsync(3);
            await ledger.PublishAsync(CancellationToken.None);
        }

        Assert.Equal([Vkey(0)], SignersOf(5));
        Assert.Equal([Vkey(0), Vkey(1)], SignersOf(6));
        Assert.Equal([Vkey(1)], SignersOf(9));
        var found = await VerifyAsync();
        Assert.Null(found.FirstFault);
        Assert.Equal((9L, 3L), (found.EntryCount, found.CheckpointCount));
        Assert.Equal((Vkey(0), Vkey(1)), (found.Keys.First, found.Keys.Current));
        Assert.Equal([5L], found.Keys.Indices.AsEnumerable());
    }

    [Fact]
    public async Task A_ledger_goes_through_many_hands_over_many_tiles()
    {
        for (var key = 0; key < 5; key++)
        {
            await using var ledger = await OpenAsync(key);
            await ledger.AppendManyAsync(150);
            await HandOverAsync(ledger, key + 1);
            await ledger.AppendManyAsync(20);
        }

        var found = await VerifyAsync();
        Assert.Null(found.FirstFault);
        Assert.Equal([150L, 321L, 492L, 663L, 834L], found.Keys.Indices.AsEnumerable());
        using var reader = LedgerReader.Open(Folder);
        var keys = await reader.FindKeysAsync(CancellationToken.None);
        Assert.Equal((Vkey(5), Vkey(0).ToString()), (keys.Current, reader.VerifierKey));
    }

    [Fact]
    public async Task The_retired_key_opens_the_ledger_no_more_and_is_told_since_when()
    {
        await using (var ledger = await OpenAsync(0))
        {
            await HandOverAsync(ledger, 1);
        }

        var refusal = await Assert.ThrowsAsync<BadInputException>(() => OpenAsync(0));
        Assert.Contains($"is signed with the key {Vkey(1)} since entry 0", refusal.Message, StringComparison.Ordinal);
        await using var again = await OpenAsync(1);
        Assert.Equal(1, again.Count);
    }

    [Fact]
    public async Task A_key_that_is_lost_cannot_be_replaced_by_another()
    {
        await using (await OpenAsync(0)) { }

        var refusal = await Assert.ThrowsAsync<BadInputException>(() => OpenAsync(1));
        Assert.Contains($"is signed with the key {Vkey(0)}, and this key is {Vkey(1)}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(refusal.Hints, hint => hint.Contains("nobody can sign for this ledger any more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_cannot_follow_itself_and_a_retired_one_does_not_come_back_and_nothing_is_appended()
    {
        await using var ledger = await OpenAsync(0);
        await ledger.AppendManyAsync(1);
        await Assert.ThrowsAsync<BadInputException>(() => HandOverAsync(ledger, 0));
        await HandOverAsync(ledger, 1);
        await Assert.ThrowsAsync<BadInputException>(() => HandOverAsync(ledger, 0));
        await Assert.ThrowsAsync<BadInputException>(() => HandOverAsync(ledger, 1));
        Assert.Equal(2, ledger.Count);
        Assert.Null(ledger.Fault);
        await ledger.AppendManyAsync(1);
        Assert.Equal(3, (await ledger.PublishAsync(CancellationToken.None))?.Size);
    }

    [Fact]
    public async Task A_handover_cannot_be_appended_like_another_event_by_nobody()
    {
        await using var ledger = await OpenAsync(0);
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => ledger.AppendAsync(Handover(0, 1), CancellationToken.None));
        Assert.Contains("rotate-key", Assert.Single(refusal.Hints), StringComparison.Ordinal);
        await Assert.ThrowsAsync<BadInputException>(() => ledger.AppendAsync(Handover(8, 9), CancellationToken.None));
        var inChain = TestLedger.Event("x", chain: new ChainLink(KeyHandover.Chain, ExpectedHead: null));
        await Assert.ThrowsAsync<BadInputException>(() => ledger.AppendAsync(inChain, CancellationToken.None));
        var many = await ledger.AppendAllAsync([Handover(8, 9), TestLedger.Event("good")], CancellationToken.None);
        Assert.Equal([true, false], many.Select(outcome => outcome.Refusal is not null));
        Assert.Equal(1, ledger.Count);
    }

    [Fact]
    public async Task Appends_of_many_writers_go_on_during_handovers()
    {
        await using (
            var ledger = await EventLedger.OpenAsync(TestLedger.Options(Folder, publishes: true), Key(0), TimeProvider.System, default)
        )
        {
            var appending = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => ledger.AppendManyAsync(200, $"w{writer}-")));
            for (var key = 1; key <= 6; key++)
            {
                await HandOverAsync(ledger, key);
            }

            await appending;
        }

        var found = await VerifyAsync();
        Assert.Null(found.FirstFault);
        Assert.Equal((1_606L, 6), (found.EntryCount, found.Keys.Length));
    }

    [Fact]
    public async Task A_handover_whose_checkpoint_a_crash_prevented_is_completed_by_the_next_start_with_both_keys()
    {
        await PlantHandoverAsync();
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => OpenAsync(1));
        Assert.Contains($"the retired key {Vkey(0)} is needed once more", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BadInputException>(() => OpenAsync(0));
        var asked = new List<NoteVerifierKey>();
        var options = TestLedger.Options(Folder) with
        {
            FindRetiredKey = wanted =>
            {
                asked.Add(wanted);
                return Key(0);
            },
        };
        await using (await EventLedger.OpenAsync(options, Key(1), TimeProvider.System, CancellationToken.None)) { }

        Assert.Equal([Vkey(0)], asked);
        Assert.Equal([Vkey(0), Vkey(1)], SignersOf(4));
        Assert.Null((await VerifyAsync()).FirstFault);

        // Once it is published the retired key is asked for no more.
        await using (await OpenAsync(1)) { }
    }

    [Fact]
    public async Task Another_key_in_the_place_of_the_retired_one_completes_nothing()
    {
        await PlantHandoverAsync();
        var options = TestLedger.Options(Folder) with { FindRetiredKey = _ => Key(7) };
        await Assert.ThrowsAsync<BadInputException>(() =>
            EventLedger.OpenAsync(options, Key(1), TimeProvider.System, CancellationToken.None)
        );
        Assert.False(File.Exists(CheckpointFile(4)));
    }

    [Theory]
    [InlineData(9, 8, "it is not signed by the key")]
    [InlineData(8, 9, "it retires the key")]
    public async Task A_handover_that_a_stranger_wrote_into_the_database_is_named(int signer, int successor, string why)
    {
        // He names the ledger's key as the one that retires, or his own.
        var forged = signer == 9 ? ForgedBy(signer, successor) : Handover(signer, successor);
        await PlantAsync(forged.Envelope, forged.EventId, forged.PayloadHash);
        var found = await VerifyAsync();
        Assert.Equal(3, found.FirstFault?.Index);
        Assert.Contains("claims to hand the ledger over to another key, and does not hold: " + why, found.FirstFault?.What);
        Assert.Equal(Vkey(0), found.Keys.Current);
    }

    [Fact]
    public async Task A_handover_that_is_played_again_is_named()
    {
        LoggedEntry first;
        await using (var ledger = await OpenAsync(0))
        {
            await ledger.AppendManyAsync(2);
            first = await HandOverAsync(ledger, 1);
        }

        await PlantAsync(first.Envelope, "another-id", first.PayloadHash, key: 1);
        var found = await VerifyAsync();
        Assert.Equal(3, found.FirstFault?.Index);
        Assert.Contains("event id", found.FirstFault?.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_that_the_retired_key_signs_after_its_handover_is_named_and_nothing_is_signed_on_top()
    {
        await using (var ledger = await OpenAsync(0))
        {
            await ledger.AppendManyAsync(4);
            await HandOverAsync(ledger, 1);
            await ledger.AppendManyAsync(4);
        }

        // Who has the old key and the folder signs the newest tree himself.
        var good = SignedNote.Parse(await File.ReadAllBytesAsync(CheckpointFile(9)));
        Replace(9, SignedNote.Create(good.Text.Span, new NoteSigner(TestLedger.Origin, Key(0)).Sign(good.Text.Span)).Bytes);

        var found = await VerifyAsync();
        Assert.Contains($"signed by {Vkey(0)} alone, which was retired by entry 4", found.FirstFault?.What, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LedgerDamagedException>(() => OpenAsync(1));
    }

    [Fact]
    public async Task A_first_checkpoint_that_lost_the_retired_keys_signature_is_named()
    {
        await using (var ledger = await OpenAsync(0))
        {
            await HandOverAsync(ledger, 1);
        }

        var good = SignedNote.Parse(await File.ReadAllBytesAsync(CheckpointFile(1)));
        Replace(1, SignedNote.Create(good.Text.Span, new NoteSigner(TestLedger.Origin, Key(1)).Sign(good.Text.Span)).Bytes);
        var found = await VerifyAsync();
        Assert.Contains($"the retired key {Vkey(0)} did not sign it", found.FirstFault?.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handover_that_was_hidden_in_the_database_does_not_bring_the_old_key_back()
    {
        await using (var ledger = await OpenAsync(0))
        {
            await HandOverAsync(ledger, 1);
        }

        Tamper($"DELETE FROM chain WHERE name = '{KeyHandover.Chain}'");
        var refusal = await Assert.ThrowsAnyAsync<HallmarkException>(() => OpenAsync(1));
        Assert.Contains(Vkey(0).ToString(), refusal.Message, StringComparison.Ordinal);
        var found = await VerifyAsync();
        Assert.Contains("head of the chain", found.FirstFault?.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_files_of_a_handed_over_ledger_are_made_again()
    {
        await using (var ledger = await OpenAsync(0))
        {
            await ledger.AppendManyAsync(300);
            await HandOverAsync(ledger, 1);
            await ledger.AppendManyAsync(10);
        }

        Directory.Delete(Path.Combine(Folder, "public"), recursive: true);
        Directory.Delete(Path.Combine(Folder, "checkpoints"), recursive: true);
        var restored = await PublishedFiles.RestoreAsync(Folder, TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken.None);
        Assert.Equal((311L, 3L), (restored.EntryCount, restored.CheckpointCount));
        Assert.Null((await VerifyAsync()).FirstFault);
    }

    private static Ed25519PrivateKey Key(int number) =>
        number == 0 ? TestLedger.Key : Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)number, 32)]);

    private static NoteVerifierKey Vkey(int number) => NoteVerifierKey.ForEd25519(TestLedger.Origin, Key(number).PublicKey);

    private Task<EventLedger> OpenAsync(int key) =>
        EventLedger.OpenAsync(TestLedger.Options(Folder), Key(key), TimeProvider.System, CancellationToken.None);

    private static Task<LoggedEntry> HandOverAsync(EventLedger ledger, int key) =>
        ledger.HandOverKeyAsync(Key(key), new RandomEventIds(), CancellationToken.None);

    private static EventSubmission Handover(int from, int to) =>
        KeyHandover.Create(
            TestLedger.Origin,
            Key(from),
            Key(to),
            previousHash: null,
            new RandomEventIds().Next(),
            DateTimeOffset.UnixEpoch
        );

    // As the ledger's key would make it, but for the signature, which is another one's.
    private static EventSubmission ForgedBy(int signer, int successor)
    {
        var good = Handover(0, successor);
        var text = System.Text.Encoding.UTF8.GetString(good.Envelope.Span);
        var other = System.Text.Encoding.UTF8.GetString(Handover(signer, successor).Envelope.Span);
        var from = text.IndexOf("\"signature\":\"", StringComparison.Ordinal) + 13;
        var theirs = other.IndexOf("\"signature\":\"", StringComparison.Ordinal) + 13;
        return good with
        {
            Envelope = System.Text.Encoding.UTF8.GetBytes(
                string.Concat(text.AsSpan(0, from), other.AsSpan(theirs, 128), text.AsSpan(from + 128))
            ),
        };
    }

    private Task<LedgerVerification> VerifyAsync() => LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);

    private string CheckpointFile(long size) => Path.Combine(Folder, "checkpoints", size.ToString(CultureInfo.InvariantCulture));

    private IEnumerable<NoteVerifierKey> SignersOf(long size)
    {
        var note = SignedNote.Parse(File.ReadAllBytes(CheckpointFile(size)));
        return Enumerable.Range(0, 3).Select(Vkey).Where(key => note.Verify(key).IsVerified);
    }

    private void Replace(long size, ReadOnlyMemory<byte> note)
    {
        File.WriteAllBytes(CheckpointFile(size), note.Span);
        File.WriteAllBytes(Path.Combine(Folder, "public", "checkpoint"), note.Span);
        Tamper(
            string.Create(
                CultureInfo.InvariantCulture,
                $"UPDATE checkpoint SET note = x'{Convert.ToHexString(note.Span)}' WHERE size = {size}"
            )
        );
    }

    private void Tamper(string sql)
    {
        using var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromSeconds(30));
        session.Execute(sql);
    }

    // What a kill right after the handover's own transaction leaves.
    private async Task PlantHandoverAsync()
    {
        var handover = Handover(0, 1);
        await using (var ledger = await OpenAsync(0))
        {
            await ledger.AppendManyAsync(3);
        }

        Tamper(
            "INSERT INTO entry (idx, leaf, event_id, event_type, payload_hash, subject, chain, logged_at, envelope) VALUES "
                + $"(3, x'{MerkleHash.Leaf(handover.Envelope.Span).Hex}', '{handover.EventId}', '{handover.EventType}', x'{handover.PayloadHash}', "
                + $"'{handover.SubjectKey}', '{KeyHandover.Chain}', 0, x'{Convert.ToHexString(handover.Envelope.Span)}'); "
                + $"INSERT INTO chain (name, idx) VALUES ('{KeyHandover.Chain}', 3)"
        );
    }

    // Who may write the database slips an entry behind the published ones; the ledger publishes it like any other.
    private async Task PlantAsync(ReadOnlyMemory<byte> envelope, string eventId, string payloadHash, int key = 0)
    {
        await using (var ledger = await OpenAsync(key))
        {
            await ledger.AppendManyAsync(3 - (int)ledger.Count);
        }

        var leaf = MerkleHash.Leaf(envelope.Span).Hex;
        Tamper(
            "INSERT INTO entry (idx, leaf, event_id, event_type, payload_hash, logged_at, envelope) VALUES "
                + $"(3, x'{leaf}', '{eventId}', '{KeyHandover.EventType}', x'{payloadHash}', 0, x'{Convert.ToHexString(envelope.Span)}')"
        );
        await using (await OpenAsync(key)) { }
    }
}
