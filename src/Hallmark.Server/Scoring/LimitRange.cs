namespace Hallmark.Server.Scoring;

/// <summary>What a limit can be.</summary>
/// <typeparam name="T">A number or a time.</typeparam>
/// <param name="Least">The least, which it can be.</param>
/// <param name="Most">The most, which it can be.</param>
public readonly record struct LimitRange<T>(T Least, T Most)
    where T : IComparable<T>
{
    /// <summary>True for what a limit can be.</summary>
    public bool Holds(T value) => value.CompareTo(Least) >= 0 && value.CompareTo(Most) <= 0;

    /// <summary>Gives a limit back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    internal T Require(T value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, Least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Most);
        return value;
    }
}
