using System.Collections.Immutable;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts;

/// <summary>
/// The digests of the fixed ranges of one file, as OpenSSF model signing cuts it (method <c>shards</c>): range k is [k·S, min((k+1)·S, size)).
/// An empty file has none. Equal where size, shard size and every digest are.
/// </summary>
/// <param name="Path">The file's name.</param>
/// <param name="Size">The file's length in bytes.</param>
/// <param name="ShardSize">S, in bytes.</param>
/// <param name="Shards">One digest for each range, in order.</param>
public sealed record ShardedDigest(string Path, long Size, long ShardSize, ImmutableArray<Digest> Shards)
{
    /// <summary>OpenSSF model signing's default: 10^9 bytes.</summary>
    public const long DefaultShardSize = 1_000_000_000;

    /// <summary>SHA-256 over the shards' raw digests one after the other.</summary>
    public Digest Root
    {
        get
        {
            using var builder = new DigestBuilder(DigestAlgorithm.Sha256);
            foreach (var shard in Shards)
            {
                builder.Append(shard.Bytes);
            }

            return builder.Finish();
        }
    }

    /// <summary>The range's resource name in a model-signing statement: <c>path:start:end</c>, the end exclusive.</summary>
    /// <param name="index">The shard, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public string GetName(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Shards.Length);
        return FormattableString.Invariant($"{Path}:{index * ShardSize}:{Math.Min((index + 1) * ShardSize, Size)}");
    }

    /// <inheritdoc />
    public bool Equals(ShardedDigest? other) =>
        other is not null && Path == other.Path && Size == other.Size && ShardSize == other.ShardSize && Shards.SequenceEqual(other.Shards);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Path, Size, ShardSize, Shards.Length);

    /// <summary>The root with the shard size in its name, as the reference spells the algorithm: <c>sha256-sharded-1000000000:…</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant(
            $"{DigestAlgorithms.GetName(Shards.IsEmpty ? DigestAlgorithm.Sha256 : Shards[0].Algorithm)}-sharded-{ShardSize}:{Root.Hex}"
        );
}
