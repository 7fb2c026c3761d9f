using System.Buffers;
using Hallmark.Artifacts.Files;
using Hallmark.Artifacts.Hashing;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts;

/// <summary>Hashes single files, and streams from elsewhere.</summary>
/// <param name="options">The hash function, and how many threads.</param>
public sealed class FileHasher(HashingOptions options)
{
    /// <summary>Hashes one file. A symbolic link is followed wherever it leads: the caller named it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told of each step; may be null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The digest; the path in it is the file's name.</returns>
    /// <exception cref="ArtifactRefusedException">It is absent, or no regular file.</exception>
    /// <exception cref="ArtifactUnreadableException">It cannot be read, or changed meanwhile.</exception>
    public Task<FileDigest> HashAsync(string path, IProgress<HashingProgress>? progress, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                var file = FileToHash.Named(path);
                using var builder = new DigestBuilder(options.Algorithm);
                return SequentialHash.Compute(file, builder, new ProgressMeter(progress, file.Facts.Size), cancellationToken);
            },
            cancellationToken);

    /// <summary>Hashes a stream to its end, such as an artifact that a server sends; reading goes on while hashing does.</summary>
    /// <param name="content">The stream; left open.</param>
    /// <param name="name">What progress calls it.</param>
    /// <param name="progress">Told of each step; may be null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The digest and the length; the path in it is <paramref name="name"/>.</returns>
    public async Task<FileDigest> HashStreamAsync(
        Stream content,
        string name,
        IProgress<HashingProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(name);
        var meter = new ProgressMeter(progress, null);
        using var builder = new DigestBuilder(options.Algorithm);
        var buffer = ArrayPool<byte>.Shared.Rent(SequentialHash.BufferSize);
        var next = ArrayPool<byte>.Shared.Rent(SequentialHash.BufferSize);
        try
        {
            long length = 0;
            var read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            while (read > 0)
            {
                var reading = content.ReadAsync(next, cancellationToken).AsTask();
                builder.Append(buffer.AsSpan(0, read));
                length += read;
                meter.Add(read, name);
                read = await reading.ConfigureAwait(false);
                (buffer, next) = (next, buffer);
            }

            return new FileDigest(name, length, builder.Finish());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(next);
        }
    }
}
