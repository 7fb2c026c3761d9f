namespace Hallmark.Inference.Agent;

/// <summary>
/// Tells that something near an asset moved, so that the next look comes sooner. A hint only: the system drops such messages under load, and none come from network file
/// systems. Nothing depends on it; looks by interval go on without.
/// </summary>
internal sealed class ChangeHint : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly FileSystemWatcher? _watcher;

    private ChangeHint(FileSystemWatcher? watcher)
    {
        _watcher = watcher;
        if (watcher is null)
        {
            return;
        }

        watcher.Changed += (_, _) => Signal();
        watcher.Created += (_, _) => Signal();
        watcher.Deleted += (_, _) => Signal();
        watcher.Renamed += (_, _) => Signal();
        watcher.Error += (_, _) => Signal();
        watcher.EnableRaisingEvents = true;
    }

    /// <summary>Watches an asset as well as this system can.</summary>
    public static ChangeHint Of(WatchedAsset asset)
    {
        var isFile = asset.Kind is AssetKind.File;
        var folder = isFile ? Path.GetDirectoryName(asset.Path) : asset.Path;
        try
        {
            return new ChangeHint(
                folder is null || !Directory.Exists(folder)
                    ? null
                    : new FileSystemWatcher(folder, isFile ? Path.GetFileName(asset.Path) : "*") { IncludeSubdirectories = !isFile }
            );
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Too many watches, or no right to look: the interval does it alone.
            return new ChangeHint(null);
        }
    }

    /// <summary>Waits for a hint, or for the pause to pass.</summary>
    /// <returns>True where there was a hint.</returns>
    public async Task<bool> WaitAsync(TimeSpan pause, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _signal.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _watcher?.Dispose();
        _signal.Dispose();
    }

    private void Signal()
    {
        try
        {
            _ = _signal.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // One hint is as good as many, and none is needed after the end.
        }
    }
}
