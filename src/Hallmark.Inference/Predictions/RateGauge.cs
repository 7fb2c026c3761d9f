namespace Hallmark.Inference.Predictions;

/// <summary>Counts what happened in the last second, in tenths. Not for several threads at once.</summary>
/// <param name="time">The clock.</param>
internal sealed class RateGauge(TimeProvider time)
{
    private const int Slots = 10;
    private static readonly TimeSpan SlotLength = TimeSpan.FromMilliseconds(100);
    private readonly long _start = time.GetTimestamp();
    private readonly int[] _counts = new int[Slots];
    private long _slot;
    private int _sum;

    /// <summary>Counts one more.</summary>
    /// <returns>How many the last second had, this one included.</returns>
    public int Note()
    {
        var slot = time.GetElapsedTime(_start).Ticks / SlotLength.Ticks;
        for (var passed = Math.Min(slot - _slot, Slots); passed > 0; passed--)
        {
            ref var oldest = ref _counts[(slot - passed + 1) % Slots];
            _sum -= oldest;
            oldest = 0;
        }

        _slot = Math.Max(_slot, slot);
        _counts[_slot % Slots]++;
        return ++_sum;
    }
}
