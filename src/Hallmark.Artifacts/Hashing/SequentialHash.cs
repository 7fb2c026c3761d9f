using System.Buffers;
using Hallmark.Artifacts.Files;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts.Hashing;

/// <summary>Hashes one file from its beginning to its end on the calling thread.</summary>
internal static class SequentialHash
{
    /// <summary>How much is read at once, in bytes.</summary>
    public const int BufferSize = 1 << 20;

    public static FileDigest Compute(FileToHash file, DigestBuilder builder, ProgressMeter meter, CancellationToken cancellationToken)
    {
        using var opened = OpenedFile.Open(file);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long offset = 0;
            int read;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                read = opened.Read(buffer.AsSpan(0, BufferSize), offset);
                builder.Append(buffer.AsSpan(0, read));
                offset += read;
                meter.Add(read, file.RelativePath);
            }
            while (read > 0 && offset <= opened.Size);

            opened.EnsureUnchanged(offset);
            return new FileDigest(file.RelativePath, offset, builder.Finish());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
