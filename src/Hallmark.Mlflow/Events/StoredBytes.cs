using System.Buffers;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Events;

/// <summary>A small file read from a store, with a bound: what lies in a store may be of any size.</summary>
/// <param name="Bytes">The content, or null where there is none or it is too large.</param>
/// <param name="IsTooLarge">True where the file is larger than the bound; its content was not read.</param>
internal readonly record struct StoredBytes(byte[]? Bytes, bool IsTooLarge)
{
    /// <summary>The largest record that is read, 64 MiB.</summary>
    public const int MaxRecordSize = 64 * 1024 * 1024;

    /// <summary>The largest envelope that is read, 1 MiB.</summary>
    public const int MaxEnvelopeSize = 1024 * 1024;

    /// <summary>Reads a file of at most <paramref name="maxSize"/> bytes; never more than that is held in memory.</summary>
    public static async Task<StoredBytes> ReadAsync(
        IArtifactRepository repository,
        string path,
        int maxSize,
        CancellationToken cancellationToken
    )
    {
        var stream = await repository.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            return default;
        }

        await using (stream.ConfigureAwait(false))
        {
            return await ReadAsync(stream, maxSize, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads a stream of at most <paramref name="maxSize"/> bytes.</summary>
    public static async Task<StoredBytes> ReadAsync(Stream stream, int maxSize, CancellationToken cancellationToken)
    {
        if (stream.CanSeek && stream.Length > maxSize)
        {
            return new StoredBytes(null, true);
        }

        using var content = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (content.Length + read > maxSize)
                {
                    return new StoredBytes(null, true);
                }

                content.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new StoredBytes(content.ToArray(), false);
    }
}
