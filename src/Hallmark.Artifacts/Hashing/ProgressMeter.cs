namespace Hallmark.Artifacts.Hashing;

/// <summary>Adds up what several threads have hashed, and tells it in one voice.</summary>
internal sealed class ProgressMeter(IProgress<HashingProgress>? progress, long? bytesTotal)
{
    private readonly Lock _lock = new();
    private long _done;

    /// <summary>Tells that more bytes of a file are done.</summary>
    public void Add(long bytes, string file)
    {
        if (progress is null)
        {
            return;
        }

        // The lock keeps reports in order, so that a bar never runs backwards.
        lock (_lock)
        {
            _done += bytes;
            progress.Report(new HashingProgress(_done, bytesTotal, file));
        }
    }
}
