using System.Runtime.ExceptionServices;

namespace Hallmark.Artifacts.Hashing;

/// <summary>
/// Shares pieces of work among threads of its own. Not the pool's threads: those are left for reading ahead. Memory: two blocks for each thread,
/// 16 MiB with the most threads there can be.
/// </summary>
internal static class HashCrew
{
    /// <summary>Does the pieces 0 … <paramref name="count"/> − 1, taken in this order.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>The first failure ends the work; of several at once, that of the earliest piece is thrown.</remarks>
    public static void Run(
        int count,
        HashingOptions options,
        ProgressMeter meter,
        Action<int, HashWorker, CancellationToken> work,
        CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var gate = new Lock();
        var next = -1;
        var failedPiece = int.MaxValue;
        Exception? failure = null;

        void Labour()
        {
            using var worker = new HashWorker(options.Algorithm, meter);
            for (var piece = Interlocked.Increment(ref next); piece < count; piece = Interlocked.Increment(ref next))
            {
                try
                {
                    stop.Token.ThrowIfCancellationRequested();
                    work(piece, worker, stop.Token);
                }
                catch (Exception exception)
                {
                    lock (gate)
                    {
                        // A piece that was stopped because another failed says nothing new.
                        if (failure is null || (exception is not OperationCanceledException && piece < failedPiece))
                        {
                            failure = exception;
                            failedPiece = piece;
                        }
                    }

                    stop.Cancel();
                    return;
                }
            }
        }

        var threads = Math.Min(options.MaxThreads, count);
        if (threads <= 1)
        {
            Labour();
        }
        else
        {
            Task.WaitAll(
                [
                    .. Enumerable
                        .Range(0, threads)
                        .Select(_ =>
                            Task.Factory.StartNew(Labour, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                        ),
                ],
                CancellationToken.None
            );
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
