using Hallmark.Artifacts;
using Hallmark.Core.Digests;

namespace Hallmark.Bench.Digests;

/// <summary>BLAKE3 against <c>b3sum</c> on one file of 1 GiB in the page cache, on one thread and on all.</summary>
public sealed class Blake3Comparison : IComparison
{
    private const long FileSize = 1L << 30;

    /// <inheritdoc />
    public string Name => "blake3";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        var path = Path.Combine(Path.GetTempPath(), $"hallmark-bench-{Environment.ProcessId}.bin");
        try
        {
            Write(path);
            MemoryOnly(output);
            foreach (var threads in new[] { 1, Math.Min(16, Environment.ProcessorCount) }.Distinct())
            {
                var hasher = new FileHasher(new HashingOptions { Algorithm = DigestAlgorithm.Blake3, MaxThreads = threads });
                FileDigest? digest = null;
                double ours = 0;
                double theirs = 0;
                var printed = "";
                for (var round = 0; round < 5; round++)
                {
                    // In turns, so that whatever else the machine does meets both.
                    ours = Math.Max(
                        ours,
                        Throughput.Best(
                            1,
                            FileSize,
                            () => digest = hasher.HashAsync(path, null, CancellationToken.None).GetAwaiter().GetResult()
                        )
                    );
                    theirs = Math.Max(
                        theirs,
                        Throughput.Best(
                            1,
                            FileSize,
                            () => printed = Throughput.Run("b3sum", "--no-names", "--num-threads", $"{threads}", path)
                        )
                    );
                }

                if (printed.Trim() != digest?.Digest.Hex)
                {
                    throw new InvalidOperationException("b3sum does not agree");
                }

                Throughput.Report(output, $"1 GiB file, {threads} thread(s)", ours, "b3sum", theirs, 0.7);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void MemoryOnly(TextWriter output)
    {
        var content = new byte[1 << 20];
        new Random(1).NextBytes(content);
        foreach (var path in Enum.GetValues<Blake3Path>().Where(Blake3Subtree.IsSupported))
        {
            var hasher = new Blake3Hasher(path);
            var digest = new byte[32];
            var speed = Throughput.Best(
                5,
                64L << 20,
                () =>
                {
                    for (var i = 0; i < 64; i++)
                    {
                        hasher.Append(content);
                    }

                    hasher.Finish(digest);
                }
            );
            output.WriteLine($"{$"1 MiB in memory, {path}", -34} {speed / 1e9, 6:F2} GB/s");
        }
    }

    private static void Write(string path)
    {
        var block = new byte[1 << 20];
        var random = new Random(5);
        using var file = File.Create(path);
        for (long written = 0; written < FileSize; written += block.Length)
        {
            random.NextBytes(block);
            file.Write(block);
        }
    }
}
