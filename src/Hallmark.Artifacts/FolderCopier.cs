using System.Buffers;
using Hallmark.Artifacts.Files;
using Hallmark.Artifacts.Folders;
using Hallmark.Artifacts.Hashing;

namespace Hallmark.Artifacts;

/// <summary>
/// Copies a folder tree that others may be changing into one that only the caller can reach. Regular files only: a symbolic link, wherever it leads, a pipe, a socket
/// or a device is refused. Files are streamed; the copies are readable by their owner only, and writable by nobody.
/// </summary>
/// <param name="limits">How much is copied at most.</param>
/// <param name="ignoredFileNames">Names (last segments) of files that are left out, at any depth.</param>
public sealed class FolderCopier(CopyLimits limits, IEnumerable<string> ignoredFileNames)
{
    private const int BlockSize = 1 << 20;

    private readonly HashingOptions _walk = new()
    {
        MaxFiles = limits.MaxFiles,
        MaxDepth = limits.MaxDepth,
        IgnoredFileNames = [.. ignoredFileNames],
        RefusesLinks = true,
    };

    /// <summary>Copies the tree's files.</summary>
    /// <param name="source">The folder; links in the path to it are followed, links in it are refused.</param>
    /// <param name="target">The folder to copy into; exists. A file of the same path there already is kept, and not copied.</param>
    /// <param name="cancellationToken">Ends the work; what was copied stays.</param>
    /// <exception cref="ArtifactRefusedException">There is no such folder, it holds what cannot be copied, or more than the limits allow.</exception>
    /// <exception cref="ArtifactUnreadableException">Something cannot be read or written, or changed meanwhile.</exception>
    public Task CopyAsync(string source, string target, CancellationToken cancellationToken) =>
        Task.Run(() => CopyTreeAsync(source, target, cancellationToken), cancellationToken);

    private async Task CopyTreeAsync(string source, string target, CancellationToken cancellationToken)
    {
        var named = FileToHash.FindNamed(source);
        if (named.Kind is not FileKind.Folder)
        {
            throw ArtifactErrors.NotAFolder(source);
        }

        var files = FolderWalk.Find(source, _walk, cancellationToken);
        var left = limits.MaxSizeInBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            foreach (var file in files)
            {
                left -= file.Facts.Size;
                if (left < 0)
                {
                    throw ArtifactErrors.TooManyBytes(source, limits.MaxSizeInBytes);
                }

                await CopyFileAsync(file, Path.Combine(target, file.RelativePath), buffer, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task CopyFileAsync(FileToHash file, string target, byte[] buffer, CancellationToken cancellationToken)
    {
        if (File.Exists(target))
        {
            return;
        }

        using var opened = OpenedFile.Open(file);
        var copy = CopiedFile.Make(target);
        await using (copy.ConfigureAwait(false))
        {
            for (long offset = 0; offset < opened.Size; )
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = opened.Read(buffer.AsSpan(0, (int)Math.Min(BlockSize, opened.Size - offset)), offset);
                if (read == 0)
                {
                    throw opened.Changed();
                }

                await CopiedFile.WriteAsync(copy, buffer.AsMemory(0, read), target, cancellationToken).ConfigureAwait(false);
                offset += read;
            }
        }

        opened.EnsureUnchanged();
    }
}
