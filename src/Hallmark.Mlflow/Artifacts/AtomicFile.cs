using System.Security.Cryptography;

namespace Hallmark.Mlflow.Artifacts;

/// <summary>Replaces files whole: readers see the old or the new content, never half of it.</summary>
internal static class AtomicFile
{
    /// <summary>Names that begin so are unfinished writes of ours.</summary>
    public const string TemporaryPrefix = ".hallmark-";

    /// <summary>A name for something unfinished, not yet taken with overwhelming likelihood.</summary>
    public static string TemporaryName() => TemporaryPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) + ".tmp";

    /// <summary>Writes to a temporary file, flushes it to the disk, and moves it over the target.</summary>
    /// <param name="path">The file to replace or make; its folder exists.</param>
    /// <param name="content">All of its new bytes.</param>
    /// <param name="temporaryFolder">An existing folder on the same file system, where nobody takes a file of ours for content.</param>
    /// <param name="cancellationToken">Leaves the old file as it was.</param>
    public static async Task ReplaceAsync(
        string path,
        ReadOnlyMemory<byte> content,
        string temporaryFolder,
        CancellationToken cancellationToken
    )
    {
        var temporary = Path.Combine(temporaryFolder, TemporaryName());
        try
        {
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
