using System.Runtime.ExceptionServices;

namespace Hallmark.Artifacts.Hashing;

/// <summary>
/// One buffer, and the read that fills it. The read is queued to the thread pool; should the hashing thread need the bytes before the pool came to
/// it, it reads them itself. So a slow disk is read while hashing goes on, and a busy machine with everything cached loses nothing to extra threads.
/// </summary>
internal sealed class ReadAheadBlock(byte[] buffer, int size) : IThreadPoolWorkItem, IDisposable
{
    private readonly ManualResetEventSlim _done = new(initialState: true);
    private OpenedFile? _file;
    private long _offset;
    private int _wanted;
    private int _filled;
    private Exception? _failure;

    // 1 while nothing waits to be read, or somebody is at it. Whoever turns 0 into 1 does the read. A work item that the pool runs late
    // finds 1, or the next read of the same block, which it may as well do.
    private int _claimed = 1;

    /// <summary>Starts reading from there on, to the block's end at most.</summary>
    public void Schedule(OpenedFile file, long offset, long end, bool alone)
    {
        _file = file;
        _offset = offset;
        _wanted = (int)Math.Min(size, end - offset);
        _filled = 0;
        _failure = null;
        _done.Reset();
        Volatile.Write(ref _claimed, 0);
        if (!alone)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>The bytes, once they are there.</summary>
    /// <exception cref="Files.ArtifactUnreadableException">They could not be read.</exception>
    public ReadOnlySpan<byte> Wait()
    {
        Execute();
        _done.Wait();
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }

        return buffer.AsSpan(0, _filled);
    }

    /// <summary>Makes sure that nobody reads into the buffer any more; before the file is closed.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _claimed, 1) == 0)
        {
            _done.Set();
        }

        _done.Wait();
        _file = null;
    }

    /// <inheritdoc />
    public void Execute()
    {
        if (Interlocked.Exchange(ref _claimed, 1) != 0)
        {
            return;
        }

        try
        {
            _filled = _file!.Read(buffer.AsSpan(0, _wanted), _offset); // set before the claim could be won
        }
        catch (Exception exception)
        {
            _failure = exception;
        }

        _done.Set();
    }

    /// <inheritdoc />
    public void Dispose() => _done.Dispose();
}
