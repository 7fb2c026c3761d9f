namespace Hallmark.Server.Scoring.Admission;

/// <summary>How many bytes of bodies all requests together may hold. Safe for use by several threads.</summary>
/// <param name="most">Bytes.</param>
internal sealed class BodyBudget(long most)
{
    private long _held;

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Takes bytes where there is room for them.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= most)
        {
            return true;
        }

        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _held, -bytes);
}
