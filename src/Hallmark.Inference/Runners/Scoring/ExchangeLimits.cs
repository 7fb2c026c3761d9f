namespace Hallmark.Inference.Runners.Scoring;

/// <summary>Bounds of what is exchanged with a scoring server, which is never trusted to keep any.</summary>
public sealed record ExchangeLimits
{
    /// <summary>The longest request body, in bytes; 1 to 1 GiB. 64 MiB unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxRequestInBytes
    {
        get;
        init => field = InRange(value, 1 << 30);
    } = 64 << 20;

    /// <summary>The longest answer that is read, in bytes; 1 to 256 MiB. 32 MiB unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxAnswerInBytes
    {
        get;
        init => field = InRange(value, 256 << 20);
    } = 32 << 20;

    /// <summary>How long one prediction may take, the answer's last byte included; up to one day. 60 seconds unless set, as MLflow has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or longer than a day.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    private static int InRange(int value, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
        return value;
    }
}
