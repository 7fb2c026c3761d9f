using System.Buffers;
using Hallmark.Artifacts.Files;
using Hallmark.Artifacts.Hashing;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts;

/// <summary>Hashes single files, and streams from elsewhere.</summary>
/// <param name="options">The hash function, the cache, and how many threads.</param>
public sealed class FileHasher(HashingOptions options)
{
    private const int StreamBlockSize = 1 << 20;

    /// <summary>Hashes one file; BLAKE3 on several threads. A symbolic link is followed wherever it leads: the caller named it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told of each step, from any thread; may be null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The digest; the path in it is the file's name.</returns>
    /// <exception cref="ArtifactRefusedException">It is absent, or no regular file.</exception>
    /// <exception cref="ArtifactUnreadableException">It cannot be read, or changed meanwhile.</exception>
    public Task<FileDigest> HashAsync(string path, IProgress<HashingProgress>? progress, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                var file = FileToHash.Named(path);
                var digests = FileSetHash.Compute([file], options, progress, cancellationToken);
                return digests[0];
            },
            cancellationToken
        );

    /// <summary>Hashes the fixed ranges of one file, several at once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shardSize">The length of a range in bytes; from 1. At most 2^20 ranges.</param>
    /// <param name="progress">Told of each step, from any thread; may be null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shard size is below 1, or so small that there would be too many ranges.</exception>
    /// <exception cref="ArtifactRefusedException">It is absent, or no regular file.</exception>
    /// <exception cref="ArtifactUnreadableException">It cannot be read, or changed meanwhile.</exception>
    public Task<ShardedDigest> HashShardsAsync(
        string path,
        long shardSize,
        IProgress<HashingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shardSize, 1);
        return Task.Run(() => HashShards(FileToHash.Named(path), shardSize, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Hashes a stream to its end, such as an artifact that a server sends; the next block is read while one is hashed.</summary>
    /// <param name="content">The stream; left open.</param>
    /// <param name="name">What progress calls it.</param>
    /// <param name="progress">Told of each step; may be null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The digest and the length; the path in it is <paramref name="name"/>.</returns>
    public async Task<FileDigest> HashStreamAsync(
        Stream content,
        string name,
        IProgress<HashingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(name);
        var meter = new ProgressMeter(progress, null);
        using var builder = new DigestBuilder(options.Algorithm);
        var current = ArrayPool<byte>.Shared.Rent(StreamBlockSize);
        var next = ArrayPool<byte>.Shared.Rent(StreamBlockSize);
        Task<int>? reading = null;
        try
        {
            long length = 0;
            var read = await ReadBlockAsync(content, current, cancellationToken).ConfigureAwait(false);
            while (read > 0)
            {
                reading = ReadBlockAsync(content, next, cancellationToken);
                builder.Append(current.AsSpan(0, read));
                length += read;
                meter.Add(read, name);
                read = await reading.ConfigureAwait(false);
                (current, next) = (next, current);
            }

            return new FileDigest(name, length, builder.Finish());
        }
        finally
        {
            // A read that still runs must not write into a buffer that somebody else has rented meanwhile.
            if (reading is null or { IsCompleted: true })
            {
                ArrayPool<byte>.Shared.Return(current);
                ArrayPool<byte>.Shared.Return(next);
            }
        }
    }

    private ShardedDigest HashShards(
        FileToHash file,
        long shardSize,
        IProgress<HashingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var opened = OpenedFile.Open(file);
        var count = ((opened.Size - 1) / shardSize) + 1;
        count = opened.Size == 0 ? 0 : count;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1 << 20, nameof(shardSize));
        var shards = new Digest[count];
        HashCrew.Run(
            shards.Length,
            options,
            new ProgressMeter(progress, opened.Size),
            (i, worker, token) =>
            {
                var start = i * shardSize;
                shards[i] = worker.HashRange(opened, start, start + Math.Min(shardSize, opened.Size - start), file.RelativePath, token);
            },
            cancellationToken
        );
        opened.EnsureUnchanged();
        return new ShardedDigest(file.RelativePath, opened.Size, shardSize, [.. shards]);
    }

    /// <summary>Reads until the block is full or the stream ends: servers send small pieces.</summary>
    private static Task<int> ReadBlockAsync(Stream content, byte[] block, CancellationToken cancellationToken) =>
        content
            .ReadAtLeastAsync(block.AsMemory(0, StreamBlockSize), StreamBlockSize, throwOnEndOfStream: false, cancellationToken)
            .AsTask();
}
