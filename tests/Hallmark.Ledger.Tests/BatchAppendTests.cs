using System.Text;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Verification;
using Hallmark.Sqlite;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

public sealed class BatchAppendTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Many_at_once_stand_in_the_order_given_and_verify()
    {
        await using (var ledger = await TestLedger.OpenAsync(TestLedger.Options(Folder) with { MaxBatch = 7 }))
        {
            var outcomes = await ledger.AppendAllAsync(
                [.. Enumerable.Range(0, 100).Select(i => TestLedger.Event($"e{i}", "run:1"))],
                CancellationToken.None
            );
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), outcomes.Select(outcome => outcome.Entry!.Index));
            Assert.All(outcomes, outcome => Assert.True(outcome is { IsLogged: true, IsNew: true, Refusal: null }));
            Assert.Equal(100, (await ledger.FindBySubjectAsync("run:1", CancellationToken.None)).Count);
        }

        Assert.Equal(100, (await LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None)).EntryCount);
    }

    [Fact]
    public async Task One_that_is_refused_holds_up_no_other()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendAsync("taken");
        var other = TestLedger.Event("taken");
        var outcomes = await ledger.AppendAllAsync(
            [
                TestLedger.Event("a"),
                other with
                {
                    Envelope = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(other.Envelope.Span).Replace("}", ",\"more\":1}")),
                },
                TestLedger.Event("b") with
                {
                    Record = "{}"u8.ToArray(),
                },
                TestLedger.Event("c", chain: new ChainLink("chain", new string('0', 64)), work: new OutboxWork("mail", "x"u8.ToArray())),
                other,
                TestLedger.Event("d", chain: new ChainLink("chain", null), work: new OutboxWork("mail", "x"u8.ToArray())),
                TestLedger.Event("a"),
            ],
            CancellationToken.None
        );
        Assert.Equal([1, null, null, null, 0, 2, 1], outcomes.Select(outcome => outcome.Entry?.Index));
        Assert.Equal([true, false, false, false, false, true, false], outcomes.Select(outcome => outcome.IsNew));
        Assert.IsType<EventIdTakenException>(outcomes[1].Refusal);
        Assert.IsType<BadInputException>(outcomes[2].Refusal);
        Assert.IsType<ChainMovedException>(outcomes[3].Refusal);
        Assert.Equal(3, ledger.Count);
        Assert.Equal(TestLedger.HashOf("d"), await ledger.FindChainHeadAsync("chain", CancellationToken.None));
        Assert.Equal(1, Assert.Single(await ledger.Outbox.Reader.CountAsync(CancellationToken.None)).Pending);
    }

    [Fact]
    public async Task Nothing_at_all_is_answered_with_nothing()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        Assert.Empty(await ledger.AppendAllAsync([], CancellationToken.None));
        var refused = await ledger.AppendAllAsync([TestLedger.Event("") with { Envelope = "x"u8.ToArray() }], CancellationToken.None);
        Assert.IsType<BadInputException>(Assert.Single(refused).Refusal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ledger.AppendAllAsync([TestLedger.Event("a")], new CancellationToken(canceled: true))
        );
        Assert.Equal(0, ledger.Count);
    }

    [Fact]
    public async Task Where_the_disk_refuses_each_is_refused_as_unavailable_and_none_is_there()
    {
        await using var ledger = await TestLedger.OpenAsync(TestLedger.Options(Folder) with { MaxBatch = 10 });
        await ledger.AppendAsync("before");
        Execute(
            "CREATE TRIGGER refusal BEFORE INSERT ON entry WHEN NEW.event_id = 'e15' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        );
        var batch = Enumerable.Range(0, 30).Select(i => TestLedger.Event($"e{i}")).ToList();
        var outcomes = await ledger.AppendAllAsync(batch, CancellationToken.None);

        // Ten share a transaction: those around the bad one fail with it, and leave no gap.
        Assert.All(outcomes.Take(10).Concat(outcomes.Skip(20)), outcome => Assert.True(outcome.IsLogged));
        Assert.All(outcomes.Skip(10).Take(10), outcome => Assert.Equal(3, Assert.IsType<UnavailableException>(outcome.Refusal).ExitCode));
        Assert.Equal(21, ledger.Count);

        Execute("DROP TRIGGER refusal");
        var again = await ledger.AppendAllAsync(batch, CancellationToken.None);
        Assert.Equal(10, again.Count(outcome => outcome.IsNew));
        Assert.Equal(Enumerable.Range(0, 31).Select(i => (long)i).Skip(1), again.Select(outcome => outcome.Entry!.Index).Order());
    }

    [Fact]
    public async Task Single_appends_and_batches_from_many_threads_get_each_index_once()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder, publishes: true))
        {
            var all = await Task.WhenAll(
                Enumerable
                    .Range(0, 32)
                    .Select(writer =>
                        Task.Run(async () =>
                        {
                            var found = new List<long>();
                            for (var i = 0; i < 10; i++)
                            {
                                var batch = Enumerable.Range(0, 20).Select(j => TestLedger.Event($"w{writer}-{i}-{j}")).ToList();
                                found.AddRange(
                                    (await ledger.AppendAllAsync(batch, CancellationToken.None)).Select(outcome => outcome.Entry!.Index)
                                );
                                found.Add((await ledger.AppendAsync($"s{writer}-{i}")).Index);
                            }

                            return found;
                        })
                    )
            );
            Assert.Equal(Enumerable.Range(0, 32 * 210).Select(i => (long)i), all.SelectMany(found => found).Order());
        }

        Assert.True((await LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None)).IsVerified);
    }

    [Theory]
    [InlineData("event id")]
    [InlineData("payload hash")]
    [InlineData("record")]
    [InlineData("envelope")]
    [InlineData("no record")]
    public async Task A_sealed_submission_of_which_one_part_was_exchanged_is_looked_at_like_any_other(string exchanged)
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var sealer = new EventSealer(TestLedger.Key, "dev");
        var good = sealer.Seal(new RandomEventIds().Next(), "{}"u8.ToArray(), DateTimeOffset.UnixEpoch);
        var other = sealer.Seal(new RandomEventIds().Next(), "[]"u8.ToArray(), DateTimeOffset.UnixEpoch);
        Assert.True((good with { SubjectKey = "prediction:1" }).IsSealedTogether);
        var mixed = exchanged switch
        {
            "event id" => good with { EventId = other.EventId },
            "payload hash" => good with { PayloadHash = other.PayloadHash, Record = null },
            "record" => good with { Record = other.Record },
            "envelope" => good with { Envelope = other.Envelope },
            _ => good with { Record = null, PayloadHash = other.PayloadHash },
        };
        Assert.False(mixed.IsSealedTogether);
        await Assert.ThrowsAsync<BadInputException>(() => ledger.AppendAsync(mixed, CancellationToken.None));
        Assert.IsType<BadInputException>((await ledger.AppendAllAsync([mixed], CancellationToken.None))[0].Refusal);
        Assert.True((await ledger.AppendAllAsync([good], CancellationToken.None))[0].IsLogged);
    }

    [Fact]
    public async Task A_sealed_submission_says_no_event_type_and_an_entry_of_it_has_none()
    {
        await using (var ledger = await TestLedger.OpenAsync(Folder))
        {
            var good = new EventSealer(TestLedger.Key, "dev").Seal(new RandomEventIds().Next(), "{}"u8.ToArray(), DateTimeOffset.UnixEpoch);
            await Assert.ThrowsAsync<BadInputException>(() =>
                ledger.AppendAsync(good with { EventType = "training" }, CancellationToken.None)
            );
            await ledger.AppendAsync(good, CancellationToken.None);
        }

        Execute("UPDATE entry SET event_type = 'training' WHERE idx = 0");
        var fault = (await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault;
        Assert.Equal("a look-up column does not fit: the entry has an event type, and the envelope has none", fault?.What);
    }

    private void Execute(string sql)
    {
        using var session = SqliteSession.Open(Path.Combine(Folder, "ledger.db"), SqliteAccess.Write, TimeSpan.FromSeconds(20));
        session.Execute(sql);
    }
}
