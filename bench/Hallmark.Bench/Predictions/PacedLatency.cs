using System.Diagnostics;

namespace Hallmark.Bench.Predictions;

/// <summary>How long one call takes while calls come at a fixed rate, each at its appointed time, so that a slow one is not hidden by those that wait behind it.</summary>
/// <param name="Median">Half of the calls took at most this.</param>
/// <param name="Tail">99 of 100 took at most this.</param>
internal sealed record PacedLatency(TimeSpan Median, TimeSpan Tail)
{
    /// <summary>Measures on the calling thread.</summary>
    /// <param name="rate">Calls a second.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="yields">
    /// True where the thread gives its core away while it waits for the next call's time. Whoever gets the core may keep it for some milliseconds, and the call is late before it
    /// began: that is the machine's answer to too few cores, and not the call's own time.
    /// </param>
    /// <param name="call">The call.</param>
    public static PacedLatency Measure(int rate, int seconds, bool yields, Func<Task> call)
    {
        var times = new long[rate * seconds];
        var pace = Stopwatch.Frequency / rate;
        var next = Stopwatch.GetTimestamp();
        for (var i = 0; i < times.Length; i++, next += pace)
        {
            WaitUntil(next, pace, yields);
            call().GetAwaiter().GetResult();
            times[i] = Stopwatch.GetTimestamp() - next;
        }

        return Of(times);
    }

    /// <summary>The same until what a call began is done, for which the calling thread does not wait, so that several may be under way at once. It gives its core away.</summary>
    /// <param name="rate">Calls a second.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="call">Begins the call; the task within is what is waited for.</param>
    public static PacedLatency MeasureUntilDone(int rate, int seconds, Func<Task<Task>> call)
    {
        var times = new long[rate * seconds];
        var pace = Stopwatch.Frequency / rate;
        var next = Stopwatch.GetTimestamp();
        var calls = new Task[times.Length];
        for (var i = 0; i < times.Length; i++, next += pace)
        {
            WaitUntil(next, pace, yields: true);
            calls[i] = NoteAsync(i, next);
        }

        Task.WaitAll(calls); // one that failed ends the measurement: it was no call of so and so long
        return Of(times);

        async Task NoteAsync(int place, long appointed)
        {
            await (await call().ConfigureAwait(false)).ConfigureAwait(false);
            times[place] = Stopwatch.GetTimestamp() - appointed;
        }
    }

    private static void WaitUntil(long next, long pace, bool yields)
    {
        while (Stopwatch.GetTimestamp() is var now && now < next)
        {
            if (yields && next - now > pace / 2)
            {
                Thread.Yield();
            }
            else
            {
                Thread.SpinWait(10);
            }
        }
    }

    private static PacedLatency Of(long[] times)
    {
        Array.Sort(times);
        return new PacedLatency(At(times, 0.5), At(times, 0.99));
    }

    private static TimeSpan At(long[] times, double share) => Stopwatch.GetElapsedTime(0, times[(int)(times.Length * share)]);
}
