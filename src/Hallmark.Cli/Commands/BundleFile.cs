using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Cli.Commands;

/// <summary>Files that a stranger handed over: read whole, within a bound.</summary>
internal static class BundleFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maxSize">Most bytes that are read.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="BadInputException">There is none, it is larger, or it cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(FileInfo file, int maxSize, CancellationToken token)
    {
        if (!file.Exists)
        {
            throw new BadInputException($"there is no file {file}");
        }

        if (file.Length > maxSize)
        {
            throw new BadInputException($"{file} is larger than {maxSize:N0} bytes");
        }

        try
        {
            var bytes = await File.ReadAllBytesAsync(file.FullName, token).ConfigureAwait(false);
            return bytes.Length <= maxSize ? bytes : throw new BadInputException($"{file} grew beyond {maxSize:N0} bytes");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{file} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Reads a bundle.</summary>
    public static Task<byte[]> ReadBundleAsync(FileInfo file, CancellationToken token) => ReadAsync(file, StrictJson.MaxSizeInBytes, token);
}
