namespace Hallmark.Mlflow.Events;

/// <summary>How the recorder works.</summary>
public sealed record RecorderOptions
{
    /// <summary>Renders an event's page (<c>ario/verification.html</c>), or null for none.</summary>
    public Func<PreparedEvent, Task<ReadOnlyMemory<byte>>>? RenderPage { get; init; }

    /// <summary>How often an event is sealed anew where another writer prolongs its chain at the same time; 1 to 100. 10 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxAttempts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100);
            field = value;
        }
    } = 10;
}
