using System.Globalization;
using Hallmark.Artifacts;

namespace Hallmark.Bench.Digests;

/// <summary>SHA-256 of a folder of 64 files of 64 MiB in the page cache, against what <c>openssl speed</c> reaches on the same cores.</summary>
public sealed class FolderSha256Comparison : IComparison
{
    private const int Files = 64;
    private const int FileSize = 64 << 20;

    /// <inheritdoc />
    public string Name => "folder-sha256";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("hallmark-bench-").FullName;
        try
        {
            Write(folder);
            var threads = Math.Min(16, Environment.ProcessorCount);
            var hasher = new FolderHasher(HashingOptions.ForMlflow);
            double ours = 0;
            double theirs = 0;
            for (var round = 0; round < 4; round++)
            {
                // In turns, so that whatever else the machine does meets both.
                theirs = Math.Max(theirs, OpenSsl(threads));
                ours = Math.Max(
                    ours,
                    Throughput.Best(
                        1,
                        (long)Files * FileSize,
                        () => hasher.HashAsync(folder, null, CancellationToken.None).GetAwaiter().GetResult()
                    )
                );
            }

            Throughput.Report(output, $"{Files} files of 64 MiB, {threads} threads", ours, "openssl", theirs, 0.9);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The last line of <c>openssl speed -mr</c> is <c>+F:number:name:bytes for each second</c>.</summary>
    private static double OpenSsl(int threads)
    {
        var text = Throughput.Run(
            "openssl",
            "speed",
            "-mr",
            "-seconds",
            "1",
            "-multi",
            $"{threads}",
            "-evp",
            "sha256",
            "-bytes",
            "1048576"
        );
        var line = text.Split('\n')
            .Last(l => l.StartsWith("+F:", StringComparison.Ordinal) && !l.StartsWith("+F:0:0", StringComparison.Ordinal));
        return double.Parse(line.Split(':')[^1], CultureInfo.InvariantCulture);
    }

    private static void Write(string folder)
    {
        var content = new byte[FileSize];
        new Random(64).NextBytes(content);
        for (var i = 0; i < Files; i++)
        {
            content[0] = (byte)i;
            File.WriteAllBytes(Path.Combine(folder, $"part-{i:D2}.bin"), content);
        }
    }
}
