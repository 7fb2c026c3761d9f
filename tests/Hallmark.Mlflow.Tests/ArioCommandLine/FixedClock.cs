namespace Hallmark.Mlflow.Tests.ArioCommandLine;

/// <summary>A clock that stands; at the vectors' <c>generated_at</c> unless told otherwise.</summary>
internal sealed class FixedClock(DateTimeOffset? now = null) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now ?? new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
}
