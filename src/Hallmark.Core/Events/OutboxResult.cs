namespace Hallmark.Core.Events;

/// <summary>What came of a piece of work: it is done, or it goes on and is to be looked at again later.</summary>
public readonly record struct OutboxResult
{
    private OutboxResult(TimeSpan? pause, string? remark)
    {
        Pause = pause;
        Remark = remark;
    }

    /// <summary>Done and durable on the other side.</summary>
    public static OutboxResult Done { get; } = new(null, null);

    /// <summary>How long until it is to be looked at again; null where it is done.</summary>
    public TimeSpan? Pause { get; }

    /// <summary>What is waited for, in words without secrets; or null.</summary>
    public string? Remark { get; }

    /// <summary>Handed over, and going on elsewhere: no failure, and no more to do before the pause has passed.</summary>
    /// <param name="pause">Above zero.</param>
    /// <param name="remark">What is waited for, in words without secrets.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="pause"/> is not above zero.</exception>
    public static OutboxResult NotYet(TimeSpan pause, string remark)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(pause, TimeSpan.Zero);
        return new(pause, remark);
    }
}
