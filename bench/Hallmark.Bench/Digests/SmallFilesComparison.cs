using Hallmark.Artifacts;

namespace Hallmark.Bench.Digests;

/// <summary>SHA-256 of a folder of 20,000 files of 1 KiB, against <c>sha256sum</c> on all cores: what a file costs, not a byte.</summary>
public sealed class SmallFilesComparison : IComparison
{
    private const int Files = 20_000;

    /// <inheritdoc />
    public string Name => "folder-small";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("hallmark-bench-").FullName;
        try
        {
            for (var i = 0; i < Files; i++)
            {
                var directory = Directory.CreateDirectory(Path.Combine(folder, $"{i % 100}")).FullName;
                File.WriteAllText(Path.Combine(directory, $"{i}"), new string((char)('a' + (i % 26)), 1024));
            }

            var hasher = new FolderHasher(HashingOptions.ForMlflow);
            double ours = 0;
            double theirs = 0;
            var command = $"find . -type f -print0 | xargs -0 -n 2000 -P {Environment.ProcessorCount} sha256sum > /dev/null";
            for (var round = 0; round < 4; round++)
            {
                ours = Math.Max(
                    ours,
                    Throughput.Best(1, Files, () => hasher.HashAsync(folder, null, CancellationToken.None).GetAwaiter().GetResult())
                );
                theirs = Math.Max(theirs, Throughput.Best(1, Files, () => Throughput.Run("sh", "-c", $"cd '{folder}' && {command}")));
            }

            output.WriteLine(
                $"{Files} files of 1 KiB: {ours, 10:N0} files/s   sha256sum {theirs, 10:N0} files/s   ratio {ours / theirs:F2}"
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
