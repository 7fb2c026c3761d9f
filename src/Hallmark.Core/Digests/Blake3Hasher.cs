using System.Numerics;

namespace Hallmark.Core.Digests;

/// <summary>
/// BLAKE3 in hash mode with 32 bytes of output, for messages that come piece by piece, and for trees whose parts were hashed on several
/// threads. After finishing it starts afresh. Not for several threads itself.
/// </summary>
/// <remarks>
/// The BLAKE3 paper, §2.1 and §5.1.2. Chaining values of finished subtrees wait on a stack; they are merged only when more input shows that
/// the merged node is not the root, because the root is compressed with a flag of its own.
/// </remarks>
public sealed class Blake3Hasher
{
    private const int MaxStackDepth = 55;

    private readonly Blake3Path _path;
    private readonly byte[] _stack = new byte[MaxStackDepth * Blake3Tables.ChainingValueLength];
    private readonly byte[] _chunk = new byte[Blake3Tables.ChunkLength];
    private int _depth;
    private int _filled;
    private ulong _chunks;

    /// <summary>A hasher that has seen nothing yet.</summary>
    public Blake3Hasher()
        : this(Blake3Subtree.BestPath) { }

    internal Blake3Hasher(Blake3Path path) => _path = path;

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        if (_filled > 0)
        {
            var taken = Math.Min(content.Length, Blake3Tables.ChunkLength - _filled);
            content[..taken].CopyTo(_chunk.AsSpan(_filled));
            _filled += taken;
            content = content[taken..];
            if (content.IsEmpty)
            {
                return;
            }

            AppendChunk(_chunk);
            _filled = 0;
        }

        Span<byte> children = stackalloc byte[Blake3Subtree.ChildrenLength];
        while (content.Length > Blake3Tables.ChunkLength)
        {
            var chunks = 1 << BitOperations.Log2((uint)(content.Length / Blake3Tables.ChunkLength));
            chunks = Math.Min(chunks, Blake3Subtree.LargestAtOnce);
            while ((_chunks & (ulong)(chunks - 1)) != 0)
            {
                chunks >>= 1;
            }

            var length = chunks * Blake3Tables.ChunkLength;
            if (chunks == 1)
            {
                AppendChunk(content[..length]);
            }
            else
            {
                Blake3Subtree.ComputeChildren(content[..length], _chunks, children, _path);
                Push(children, chunks);
            }

            content = content[length..];
        }

        content.CopyTo(_chunk);
        _filled = content.Length;
    }

    /// <summary>Adds a subtree that was hashed elsewhere.</summary>
    /// <param name="children">What <see cref="Blake3Subtree.ComputeChildren(ReadOnlySpan{byte}, long, Span{byte})"/> gave: 64 bytes.</param>
    /// <param name="chunks">The subtree's size in chunks of 1,024 bytes: a power of two from 2, by which the count of chunks before it divides.</param>
    /// <exception cref="ArgumentException">The size does not fit, or <paramref name="children"/> is not 64 bytes.</exception>
    /// <exception cref="InvalidOperationException">What was added before does not end on a chunk's border.</exception>
    public void AppendSubtree(ReadOnlySpan<byte> children, long chunks)
    {
        if (children.Length != Blake3Subtree.ChildrenLength)
        {
            throw new ArgumentException("The two chaining values are 64 bytes.", nameof(children));
        }

        if (_filled is not (0 or Blake3Tables.ChunkLength))
        {
            throw new InvalidOperationException("What was added before does not end on a chunk's border.");
        }

        var before = _chunks + (_filled == 0 ? 0ul : 1);
        if (chunks < 2 || !BitOperations.IsPow2(chunks) || (before & (ulong)(chunks - 1)) != 0)
        {
            throw new ArgumentException("A subtree has a power of two of chunks, and starts at a multiple of it.", nameof(chunks));
        }

        if (_filled > 0)
        {
            // A last full chunk was held back because it might have been the root; it is not.
            AppendChunk(_chunk);
            _filled = 0;
        }

        Push(children, chunks);
    }

    /// <summary>Writes the 32 bytes of the digest, and starts afresh.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter.</exception>
    public void Finish(Span<byte> destination)
    {
        if (destination.Length < Blake3Tables.ChainingValueLength)
        {
            throw new ArgumentException("The buffer must hold 32 bytes.", nameof(destination));
        }

        Span<byte> node = stackalloc byte[Blake3Tables.ChainingValueLength * 2];
        var right = node[Blake3Tables.ChainingValueLength..];
        if (_filled > 0 || _chunks == 0)
        {
            MergeTo(BitOperations.PopCount(_chunks));
            Blake3Scalar.CompressChunk(_chunk.AsSpan(0, _filled), _chunks, _depth == 0 ? Blake3Tables.Root : 0, right);
        }
        else
        {
            Entry(--_depth).CopyTo(right);
        }

        while (_depth > 0)
        {
            Entry(--_depth).CopyTo(node);
            Blake3Scalar.CompressParent(node, _depth == 0 ? Blake3Tables.Root : 0, right);
        }

        right.CopyTo(destination);
        _filled = 0;
        _chunks = 0;
    }

    private void AppendChunk(ReadOnlySpan<byte> chunk)
    {
        MergeTo(BitOperations.PopCount(_chunks));
        Blake3Scalar.CompressChunk(chunk, _chunks, 0, Entry(_depth++));
        _chunks++;
    }

    private void Push(ReadOnlySpan<byte> children, long chunks)
    {
        // Both halves go in unmerged: their parent may turn out to be the root.
        MergeTo(BitOperations.PopCount(_chunks));
        children.CopyTo(_stack.AsSpan(_depth * Blake3Tables.ChainingValueLength));
        _depth += 2;
        _chunks += (ulong)chunks;
    }

    /// <summary>Merges the tops of the stack until one entry is left for each bit that is set in the count of chunks.</summary>
    private void MergeTo(int depth)
    {
        while (_depth > depth)
        {
            _depth--;
            var pair = _stack.AsSpan((_depth - 1) * Blake3Tables.ChainingValueLength, Blake3Subtree.ChildrenLength);
            Blake3Scalar.CompressParent(pair, 0, pair);
        }
    }

    private Span<byte> Entry(int index) => _stack.AsSpan(index * Blake3Tables.ChainingValueLength, Blake3Tables.ChainingValueLength);
}
