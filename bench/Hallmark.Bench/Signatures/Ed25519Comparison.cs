using System.Globalization;
using Hallmark.Bench.Digests;
using Hallmark.Core.Signatures;

namespace Hallmark.Bench.Signatures;

/// <summary>
/// Signing 500 bytes, alone and eight times at once, and verifying them with each Ed25519 backend of this machine, in operations per second of processor time (as <c>openssl speed</c> counts, so
/// that whatever else the machine does meets neither), against <c>openssl speed ed25519</c>.
/// </summary>
public sealed class Ed25519Comparison : IComparison
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public string Name => "ed25519";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        var columns = Throughput
            .Run("openssl", "speed", "-seconds", "2", "ed25519")
            .TrimEnd()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (signGoal, verifyGoal) = (
            double.Parse(columns[^2], CultureInfo.InvariantCulture),
            double.Parse(columns[^1], CultureInfo.InvariantCulture)
        );
        var message = new byte[500];
        var signature = new byte[Ed25519PublicKey.SignatureSizeInBytes];
        ReadOnlyMemory<byte>[] eight = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(message, 8)];
        var signatures = new byte[eight.Length * Ed25519PublicKey.SignatureSizeInBytes];
        try
        {
            foreach (var backend in Ed25519Backend.Available)
            {
                Ed25519Backend.Select(backend);
                using var key = Ed25519PrivateKey.FromSeed(new byte[Ed25519PrivateKey.SeedSizeInBytes]);
                var sign = Rate(() => key.Sign(message, signature));
                var several = eight.Length * Rate(() => key.SignAll(eight, signatures));
                var verify = Rate(() =>
                {
                    if (!key.PublicKey.Verify(message, signature))
                    {
                        throw new InvalidOperationException(backend + " refuses its own signature");
                    }
                });
                output.WriteLine(
                    $"{backend, -10} sign {sign, 7:F0}/s   openssl speed {signGoal, 7:F0}/s   ratio {sign / signGoal:F2}   eight at once {several, 7:F0}/s   ratio {several / signGoal:F2}"
                        + $"   verify {verify, 7:F0}/s   openssl speed {verifyGoal, 7:F0}/s   ratio {verify / verifyGoal:F2}"
                );
            }
        }
        finally
        {
            Ed25519Backend.Select("auto");
        }
    }

    /// <summary>The better of three rounds: the first one still compiles.</summary>
    private static double Rate(Action operation)
    {
        var best = 0.0;
        for (var round = 0; round < 3; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            var spent = TimeSpan.Zero;
            var count = 0;
            while (spent < Enough)
            {
                for (var i = 0; i < 100; i++)
                {
                    operation();
                }

                count += 100;
                spent = Environment.CpuUsage.TotalTime - started;
            }

            best = Math.Max(best, count / spent.TotalSeconds);
        }

        return best;
    }
}
