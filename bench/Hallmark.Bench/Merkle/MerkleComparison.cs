using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Hallmark.Core.Merkle;

namespace Hallmark.Bench.Merkle;

/// <summary>Leaves appended to a tree a second on one core, beside the same hashing with the base library's one-shot SHA-256.</summary>
public sealed class MerkleComparison : IComparison
{
    private const int Leaves = 3_000_000;
    private const double Goal = 5_000_000;

    /// <inheritdoc />
    public string Name => "merkle";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        for (var round = 1; round <= 3; round++)
        {
            var ours = Measure(static () =>
            {
                var range = new CompactRange();
                Span<byte> entry = stackalloc byte[32];
                for (var i = 0; i < Leaves; i++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(entry, i);
                    range.Append(MerkleHash.Leaf(entry));
                }
            });
            var library = Measure(static () =>
            {
                // A leaf costs one hash of 33 bytes and, on average, one of 65.
                Span<byte> node = stackalloc byte[65];
                Span<byte> hash = stackalloc byte[32];
                for (var i = 0; i < Leaves; i++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(node, i);
                    SHA256.HashData(node[..33], hash);
                    SHA256.HashData(node, hash);
                }
            });
            output.WriteLine(
                $"round {round}: {ours / 1e6, 6:F2} M leaves/s   goal {Goal / 1e6:F1} M   ratio {ours / Goal:F2}   base library's SHA-256 alone {library / 1e6:F2} M   ratio {ours / library:F2}"
            );
        }
    }

    private static double Measure(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return Leaves / watch.Elapsed.TotalSeconds;
    }
}
