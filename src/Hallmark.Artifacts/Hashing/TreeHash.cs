using System.Buffers;
using Hallmark.Artifacts.Files;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts.Hashing;

/// <summary>BLAKE3 of one large file on several threads: each reads and hashes subtrees of its own. One buffer of 256 KiB for each thread.</summary>
internal static class TreeHash
{
    private const int SegmentChunks = 256;
    private const int SegmentSize = SegmentChunks * Blake3Subtree.ChunkLength;

    /// <summary>From here on several threads pay: 4 MiB.</summary>
    public const long WorthwhileSize = 16 * SegmentSize;

    /// <summary>Segments between two meetings of all threads: 256 MiB of the file, and 64 KiB of chaining values.</summary>
    private const int BatchSegments = 1024;

    public static FileDigest Compute(FileToHash file, int threads, ProgressMeter meter, CancellationToken cancellationToken)
    {
        using var opened = OpenedFile.Open(file);
        var hasher = new Blake3Hasher();
        var children = new byte[BatchSegments * Blake3Subtree.ChildrenLength];
        var segments = opened.Size / SegmentSize;
        for (long first = 0; first < segments; first += BatchSegments)
        {
            var batch = (int)Math.Min(BatchSegments, segments - first);
            HashBatch(opened, first, batch, children, threads, file.RelativePath, meter, cancellationToken);
            for (var i = 0; i < batch; i++)
            {
                hasher.AppendSubtree(children.AsSpan(i * Blake3Subtree.ChildrenLength, Blake3Subtree.ChildrenLength), SegmentChunks);
            }
        }

        var rest = ArrayPool<byte>.Shared.Rent(SegmentSize);
        try
        {
            var length = (int)(opened.Size - (segments * SegmentSize));
            if (opened.Read(rest.AsSpan(0, length), segments * SegmentSize) != length)
            {
                throw opened.Changed();
            }

            hasher.Append(rest.AsSpan(0, length));
            meter.Add(length, file.RelativePath);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rest);
        }

        opened.EnsureUnchanged();
        Span<byte> digest = stackalloc byte[32];
        hasher.Finish(digest);
        return new FileDigest(file.RelativePath, opened.Size, new Digest(DigestAlgorithm.Blake3, digest));
    }

    private static void HashBatch(
        OpenedFile opened,
        long first,
        int batch,
        byte[] children,
        int threads,
        string name,
        ProgressMeter meter,
        CancellationToken cancellationToken
    )
    {
        try
        {
            Parallel.For(
                0,
                batch,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                () => ArrayPool<byte>.Shared.Rent(SegmentSize),
                (i, _, buffer) =>
                {
                    var segment = buffer.AsSpan(0, SegmentSize);
                    if (opened.Read(segment, (first + i) * SegmentSize) != SegmentSize)
                    {
                        throw opened.Changed();
                    }

                    var destination = children.AsSpan(i * Blake3Subtree.ChildrenLength, Blake3Subtree.ChildrenLength);
                    Blake3Subtree.ComputeChildren(segment, (first + i) * SegmentChunks, destination);
                    meter.Add(SegmentSize, name);
                    return buffer;
                },
                buffer => ArrayPool<byte>.Shared.Return(buffer)
            );
        }
        catch (AggregateException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }
    }
}
