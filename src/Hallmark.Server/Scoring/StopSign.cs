namespace Hallmark.Server.Scoring;

/// <summary>Whether a server was told to stop: it is then not ready, though it may answer for a while.</summary>
internal sealed class StopSign
{
    private int _raised;

    /// <summary>True from the moment on in which it was told.</summary>
    public bool IsUp => Volatile.Read(ref _raised) != 0;

    /// <summary>Tells it.</summary>
    /// <returns>True for who is the first.</returns>
    public bool Raise() => Interlocked.Exchange(ref _raised, 1) == 0;
}
