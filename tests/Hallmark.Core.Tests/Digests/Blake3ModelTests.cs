using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Tests.Digests;

/// <summary>The incremental, many-laned BLAKE3 against the paper's definition.</summary>
public sealed class Blake3ModelTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261121, 3);

    private static readonly Blake3Path[] Paths = [.. Enum.GetValues<Blake3Path>().Where(Blake3Subtree.IsSupported)];

    [Fact]
    public void The_model_itself_gives_the_published_digests()
    {
        // Byte i is i % 251: from BLAKE3's own test vectors.
        foreach (
            var (length, expected) in new[]
            {
                (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
                (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
                (3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"),
                (31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"),
            }
        )
        {
            Assert.Equal(
                expected,
                Convert.ToHexStringLower(Blake3Model.Hash([.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))]))
            );
        }
    }

    [Fact]
    public void Every_length_around_every_border_of_the_tree_is_hashed_as_defined()
    {
        var content = Content(1, 36 * 1024);
        foreach (var chunks in new[] { 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33 })
        {
            foreach (var rest in new[] { -65, -64, -63, -1, 0, 1, 63, 64, 65, 127, 512 })
            {
                var length = (chunks * 1024) + rest;
                if (length < 0)
                {
                    continue;
                }

                var expected = Blake3Model.Hash(content.AsSpan(0, length));
                foreach (var path in Paths)
                {
                    Assert.Equal(expected, Hash(path, content.AsSpan(0, length)));
                }
            }
        }
    }

    [Fact]
    public void Any_content_in_any_pieces_is_hashed_as_defined() =>
        Check.One(
            Often,
            Prop.ForAll<int, PositiveInt[]>(
                (seed, cuts) =>
                {
                    var content = Content(seed, new System.Random(seed).Next(60_000));
                    var expected = Blake3Model.Hash(content);
                    return Paths.All(path =>
                    {
                        var hasher = new Blake3Hasher(path);
                        var rest = content.AsSpan();
                        foreach (var cut in cuts)
                        {
                            var piece = Math.Min(rest.Length, cut.Get * 97 % 5000);
                            hasher.Append(rest[..piece]);
                            rest = rest[piece..];
                        }

                        hasher.Append(rest);
                        return Finish(hasher).AsSpan().SequenceEqual(expected);
                    });
                }
            )
        );

    /// <summary>Whoever hashes in parallel may hand in subtrees of any size wherever they fit, with bytes between them.</summary>
    [Fact]
    public void Subtrees_of_any_sizes_that_fit_mixed_with_bytes_give_the_digest_of_the_whole() =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var random = new System.Random(seed);
                var content = Content(seed, random.Next(40 * 1024));
                var expected = Blake3Model.Hash(content);
                foreach (var path in Paths)
                {
                    var hasher = new Blake3Hasher(path);
                    var children = new byte[Blake3Subtree.ChildrenLength];
                    for (var offset = 0; offset < content.Length; )
                    {
                        var chunks = 2 << random.Next(4);
                        var length = chunks * 1024;
                        if (offset % length == 0 && offset + length <= content.Length && random.Next(3) > 0)
                        {
                            Blake3Subtree.ComputeChildren(content.AsSpan(offset, length), (ulong)(offset / 1024), children, path);
                            Assert.Equal(Blake3Model.Children(content.AsSpan(offset, length), (ulong)(offset / 1024)), children);
                            hasher.AppendSubtree(children, chunks);
                        }
                        else
                        {
                            length = Math.Min(1024 * random.Next(1, 3), content.Length - offset);
                            hasher.Append(content.AsSpan(offset, length));
                        }

                        offset += length;
                    }

                    Assert.Equal(expected, Finish(hasher));
                }
            })
        );

    [Fact]
    public void A_subtree_larger_than_what_is_hashed_at_once_is_put_together_from_its_halves()
    {
        var content = Content(5, 1024 * 1024);
        var children = new byte[Blake3Subtree.ChildrenLength];
        foreach (var chunks in new[] { 256, 512, 1024 })
        {
            Blake3Subtree.ComputeChildren(content.AsSpan(0, chunks * 1024), chunks, children);
            Assert.Equal(Blake3Model.Children(content.AsSpan(0, chunks * 1024), (ulong)chunks), children);
        }
    }

    [Fact]
    public void A_refused_subtree_leaves_the_hasher_as_it_was()
    {
        var content = Content(6, 6 * 1024);
        var children = new byte[Blake3Subtree.ChildrenLength];
        var hasher = new Blake3Hasher();
        hasher.Append(content.AsSpan(0, 2 * 1024));
        Blake3Subtree.ComputeChildren(content.AsSpan(2 * 1024, 4 * 1024), 4, children);
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(children, 4));
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(children, 0));
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(children, -2));
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(children, 1));
        hasher.Append(content.AsSpan(2 * 1024));
        Assert.Equal(Blake3Model.Hash(content), Finish(hasher));
    }

    private static byte[] Content(int seed, int length)
    {
        var content = new byte[length];
        new System.Random(seed).NextBytes(content);
        return content;
    }

    private static byte[] Hash(Blake3Path path, ReadOnlySpan<byte> content)
    {
        var hasher = new Blake3Hasher(path);
        hasher.Append(content);
        return Finish(hasher);
    }

    private static byte[] Finish(Blake3Hasher hasher)
    {
        var digest = new byte[32];
        hasher.Finish(digest);
        return digest;
    }
}
