using Hallmark.Core.Events;
using Hallmark.Ledger.Outbox;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>Many places are worked for side by side, and not all at once.</summary>
public sealed class OutboxRoomTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly MovableTime _time = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task However_many_places_there_are_only_so_many_pieces_are_under_way_and_each_place_has_its_turn()
    {
        var options = TestLedger.Options(Path.Combine(_home.Path, "ledger"));
        await using var ledger = await EventLedger.OpenAsync(options, TestLedger.Key, _time, CancellationToken.None);
        var kinds = Enumerable.Range(0, OutboxRunner.MaxAtOnce + 4).Select(i => $"mail:{i}").ToList();
        foreach (var kind in kinds)
        {
            await ledger.Outbox.AddAsync(new OutboxWork(kind, default), CancellationToken.None);
        }

        using var begun = new SemaphoreSlim(0);
        using var end = new SemaphoreSlim(0);
        var place = new Place(begun, end);
        using var runner = new OutboxRunner(
            ledger.Outbox,
            kinds.Select(kind => new Handler(kind, place)),
            new OutboxOptions(),
            _time,
            new Random(7)
        );
        var draining = runner.DrainAsync(CancellationToken.None);
        for (var i = 0; i < kinds.Count; i++)
        {
            Assert.True(await begun.WaitAsync(TimeSpan.FromMinutes(2)));
            if (i >= OutboxRunner.MaxAtOnce - 1)
            {
                // Room for one more, and not before.
                Assert.True(place.UnderWay <= OutboxRunner.MaxAtOnce);
                end.Release();
            }
        }

        end.Release(kinds.Count);
        Assert.Equal(new OutboxDrain(kinds.Count, 0, 0), await draining);
        Assert.Equal(OutboxRunner.MaxAtOnce, place.Most);
    }

    private sealed class Place(SemaphoreSlim begun, SemaphoreSlim end)
    {
        private readonly Lock _lock = new();

        public int UnderWay { get; private set; }

        public int Most { get; private set; }

        public async Task VisitAsync()
        {
            lock (_lock)
            {
                UnderWay++;
                Most = Math.Max(Most, UnderWay);
            }

            begun.Release();
            await end.WaitAsync();
            lock (_lock)
            {
                UnderWay--;
            }
        }
    }

    private sealed class Handler(string kind, Place place) : IOutboxHandler
    {
        public string Kind => kind;

        public async Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
        {
            await place.VisitAsync();
            return OutboxResult.Done;
        }
    }
}
