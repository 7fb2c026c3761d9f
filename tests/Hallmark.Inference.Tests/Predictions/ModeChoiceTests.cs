using FsCheck;
using FsCheck.Fluent;
using Hallmark.Inference.Predictions;

namespace Hallmark.Inference.Tests.Predictions;

public sealed class ModeChoiceTests
{
    private readonly ForwardClock _clock = new();

    [Theory]
    [InlineData(PredictionMode.Direct)]
    [InlineData(PredictionMode.Batched)]
    public void A_mode_that_was_asked_for_stays(PredictionMode mode)
    {
        var choice = new GaugedChoice(mode, 2, _clock);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(mode, choice.Next()));
    }

    [Fact]
    public void Batches_begin_at_the_rate_and_end_below_half_of_it()
    {
        var choice = new GaugedChoice(PredictionMode.Automatic, 20, _clock);
        Assert.Equal(Enumerable.Repeat(PredictionMode.Direct, 19), Enumerable.Range(0, 19).Select(_ => choice.Next()));
        Assert.Equal(PredictionMode.Batched, choice.Next());

        // Fifteen a second: below the rate, above half of it, so it stays as it was.
        for (var i = 0; i < 60; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1.0 / 15));
            Assert.Equal(PredictionMode.Batched, choice.Next());
        }

        // Five a second: one by one again once the last second is a slow one.
        var modes = Enumerable
            .Range(0, 10)
            .Select(_ =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(200));
                return choice.Next();
            })
            .ToList();
        Assert.Equal(PredictionMode.Direct, modes[^1]);
        Assert.Equal(modes.Order().Reverse(), modes);

        // Fifteen a second do not begin a batch, where they would not have ended one.
        for (var i = 0; i < 60; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1.0 / 15));
            Assert.Equal(PredictionMode.Direct, choice.Next());
        }
    }

    [Fact]
    public void After_a_pause_of_any_length_the_first_prediction_counts_as_one()
    {
        var gauge = new RateGauge(_clock);
        for (var i = 0; i < 1_000; i++)
        {
            gauge.Note();
        }

        _clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(1, gauge.Note());
    }

    /// <summary>The gauge works in tenths of a second: what it says lies between the last 0.9 s and the last 1 s.</summary>
    [Fact]
    public void The_gauge_counts_the_last_second_to_a_tenth() =>
        Prop.ForAll<byte[]>(pauses =>
            {
                var clock = new ForwardClock();
                var gauge = new RateGauge(clock);
                var times = new List<long>();
                foreach (var pause in pauses)
                {
                    clock.Advance(TimeSpan.FromMilliseconds(pause));
                    times.Add(clock.GetTimestamp());
                    var counted = gauge.Note();
                    var now = clock.GetTimestamp();
                    var least = times.Count(time => now - time <= TimeSpan.FromSeconds(0.9).Ticks);
                    var most = times.Count(time => now - time < TimeSpan.FromSeconds(1).Ticks);
                    Assert.InRange(counted, least, most);
                }
            })
            .QuickCheckThrowOnFailure();
}
