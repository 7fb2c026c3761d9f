using Hallmark.Core.Events;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

public sealed class ChainTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_chain_grows_only_from_its_head_and_a_stale_link_is_told_the_head()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        await ledger.AppendAsync(TestLedger.Event("a", chain: new ChainLink("c", null)), CancellationToken.None);
        await ledger.AppendAsync(TestLedger.Event("b", chain: new ChainLink("c", TestLedger.HashOf("a"))), CancellationToken.None);
        foreach (var stale in new[] { null, TestLedger.HashOf("a"), "nonsense" })
        {
            var refusal = await Assert.ThrowsAsync<ChainMovedException>(() =>
                ledger.AppendAsync(TestLedger.Event("x", chain: new ChainLink("c", stale)), CancellationToken.None)
            );
            Assert.Equal(TestLedger.HashOf("b"), refusal.ActualHead);
        }

        var empty = await Assert.ThrowsAsync<ChainMovedException>(() =>
            ledger.AppendAsync(TestLedger.Event("x", chain: new ChainLink("d", TestLedger.HashOf("a"))), CancellationToken.None)
        );
        Assert.Null(empty.ActualHead);
        Assert.Equal(2, ledger.Count);
        Assert.Equal(TestLedger.HashOf("b"), await ledger.FindChainHeadAsync("c", CancellationToken.None));
    }

    [Fact]
    public async Task An_append_repeated_after_the_chain_moved_on_still_gives_its_entry()
    {
        await using var ledger = await TestLedger.OpenAsync(Folder);
        var first = TestLedger.Event("a", chain: new ChainLink("c", null));
        await ledger.AppendAsync(first, CancellationToken.None);
        await ledger.AppendAsync(TestLedger.Event("b", chain: new ChainLink("c", TestLedger.HashOf("a"))), CancellationToken.None);
        Assert.Equal(0, (await ledger.AppendAsync(first, CancellationToken.None)).Index);
        Assert.Equal(TestLedger.HashOf("b"), await ledger.FindChainHeadAsync("c", CancellationToken.None));
    }

    [Fact]
    public async Task Of_many_writers_on_one_head_exactly_one_wins_each_round_and_others_are_not_held_up()
    {
        const int Writers = 16,
            Rounds = 12;
        await using var ledger = await TestLedger.OpenAsync(Folder);
        string? head = null;
        for (var round = 0; round < Rounds; round++)
        {
            var expected = head;
            var outcomes = await Task.WhenAll(
                Enumerable
                    .Range(0, Writers)
                    .Select(writer =>
                        Task.Run(async () =>
                        {
                            await ledger.AppendAsync($"free-{round}-{writer}");
                            try
                            {
                                return await ledger.AppendAsync(
                                    TestLedger.Event($"linked-{round}-{writer}", chain: new ChainLink("c", expected)),
                                    CancellationToken.None
                                );
                            }
                            catch (ChainMovedException)
                            {
                                return null;
                            }
                        })
                    )
            );
            head = Assert.Single(outcomes.OfType<LoggedEntry>()).PayloadHash;
            Assert.Equal(head, await ledger.FindChainHeadAsync("c", CancellationToken.None));
        }

        Assert.Equal(Rounds * (Writers + 1), ledger.Count);
    }
}
