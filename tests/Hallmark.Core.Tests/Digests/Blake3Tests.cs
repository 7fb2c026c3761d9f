using System.Diagnostics;
using Hallmark.Core.Digests;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Digests;

/// <summary>Every path of BLAKE3 against the published pattern (byte i is i % 251), whose digests are from b3sum 1.2.0 (Debian 12).</summary>
public sealed class Blake3Tests
{
    public static TheoryData<int, string> KnownAnswers =>
        new()
        {
            { 0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262" },
            { 1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213" },
            { 2, "7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63" },
            { 3, "e1be4d7a8ab5560aa4199eea339849ba8e293d55ca0a81006726d184519e647f" },
            { 4, "f30f5ab28fe047904037f77b6da4fea1e27241c5d132638d8bedce9d40494f32" },
            { 5, "b40b44dfd97e7a84a996a91af8b85188c66c126940ba7aad2e7ae6b385402aa2" },
            { 6, "06c4e8ffb6872fad96f9aaca5eee1553eb62aed0ad7198cef42e87f6a616c844" },
            { 7, "3f8770f387faad08faa9d8414e9f449ac68e6ff0417f673f602a646a891419fe" },
            { 8, "2351207d04fc16ade43ccab08600939c7c1fa70a5c0aaca76063d04c3228eaeb" },
            { 63, "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b" },
            { 64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98" },
            { 65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee" },
            { 127, "d81293fda863f008c09e92fc382a81f5a0b4a1251cba1634016a0f86a6bd640d" },
            { 128, "f17e570564b26578c33bb7f44643f539624b05df1a76c81f30acd548c44b45ef" },
            { 129, "683aaae9f3c5ba37eaaf072aed0f9e30bac0865137bae68b1fde4ca2aebdcb12" },
            { 1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11" },
            { 1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7" },
            { 1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444" },
            { 2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a" },
            { 2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030" },
            { 3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2" },
            { 3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3" },
            { 4096, "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969" },
            { 4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995" },
            { 5120, "9cadc15fed8b5d854562b26a9536d9707cadeda9b143978f319ab34230535833" },
            { 5121, "628bd2cb2004694adaab7bbd778a25df25c47b9d4155a55f8fbd79f2fe154cff" },
            { 6144, "3e2e5b74e048f3add6d21faab3f83aa44d3b2278afb83b80b3c35164ebeca205" },
            { 6145, "f1323a8631446cc50536a9f705ee5cb619424d46887f3c376c695b70e0f0507f" },
            { 7168, "61da957ec2499a95d6b8023e2b0e604ec7f6b50e80a9678b89d2628e99ada77a" },
            { 7169, "a003fc7a51754a9b3c7fae0367ab3d782dccf28855a03d435f8cfe74605e7817" },
            { 8192, "aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63" },
            { 8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b" },
            { 16384, "f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4" },
            { 31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47" },
            { 102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085" },
            { 1048576, "74cb441fd087764ca9c3694da742ebe30cbeb3060a17009ca81825c7a8d10343" },
            { 1049600, "59f733f7a6508b55eb572977d6b5b344769021d8689804460bbbaad07da9688a" },
            { 3000001, "a1ead512edfce7caaecf9c124bb4da104432bfd8ca640e62ab376f1d72a51428" },
        };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Every_path_gives_the_known_answer(int length, string expected)
    {
        var content = Pattern(length);
        foreach (var path in SupportedPaths())
        {
            Assert.Equal(expected, Hash(path, content));
        }

        Assert.Equal(expected, Digest.Compute(DigestAlgorithm.Blake3, content).Hex);
    }

    [Fact]
    public void Every_path_agrees_on_every_count_of_chunks_up_to_a_few_hundred_and_on_any_split()
    {
        var random = new Random(251);
        var content = new byte[400 * Blake3Subtree.ChunkLength];
        random.NextBytes(content);
        for (var attempt = 0; attempt < 150; attempt++)
        {
            var length = attempt < 40 ? attempt * 1024 : random.Next(content.Length);
            var expected = Hash(Blake3Path.Scalar, content.AsSpan(0, length));
            foreach (var path in SupportedPaths())
            {
                var hasher = new Blake3Hasher(path);
                for (var offset = 0; offset < length; )
                {
                    var piece = Math.Min(length - offset, random.Next(1, random.Next(2, 60_000)));
                    hasher.Append(content.AsSpan(offset, piece));
                    offset += piece;
                }

                Assert.Equal(expected, Finish(hasher));
            }
        }
    }

    [Fact]
    public void Subtrees_hashed_apart_and_put_together_give_the_digest_of_the_whole()
    {
        var random = new Random(12);
        Span<byte> children = stackalloc byte[Blake3Subtree.ChildrenLength];
        foreach (var chunks in new[] { 2, 4, 64, 512 })
        {
            var segment = chunks * Blake3Subtree.ChunkLength;
            foreach (var (segments, rest) in new[] { (1, 0), (1, 1), (2, 0), (3, 0), (4, 0), (5, 1023), (7, 1024), (8, 1500), (0, 5) })
            {
                var content = new byte[(segments * segment) + Math.Min(rest, segment - 1)];
                random.NextBytes(content);
                foreach (var path in SupportedPaths())
                {
                    var hasher = new Blake3Hasher(path);
                    for (var i = 0; i < segments; i++)
                    {
                        Blake3Subtree.ComputeChildren(content.AsSpan(i * segment, segment), (ulong)(i * chunks), children, path);
                        hasher.AppendSubtree(children, chunks);
                    }

                    hasher.Append(content.AsSpan(segments * segment));
                    Assert.Equal(Hash(Blake3Path.Scalar, content), Finish(hasher));
                }
            }
        }
    }

    [Fact]
    public void A_full_chunk_held_back_joins_the_tree_when_a_subtree_follows()
    {
        var content = Pattern(4 * Blake3Subtree.ChunkLength);
        var hasher = new Blake3Hasher();
        hasher.Append(content.AsSpan(0, 1024));
        hasher.Append(content.AsSpan(1024, 1024));
        var children = new byte[Blake3Subtree.ChildrenLength];
        Blake3Subtree.ComputeChildren(content.AsSpan(2048), 2, children);
        hasher.AppendSubtree(children, 2);

        Assert.Equal(Hash(Blake3Path.Scalar, content), Finish(hasher));
    }

    [Fact]
    public void Counters_beyond_32_bits_reach_every_lane()
    {
        var content = Pattern(32 * Blake3Subtree.ChunkLength);
        var first = (1UL << 32) - 32;
        var expected = new byte[Blake3Subtree.ChildrenLength];
        var actual = new byte[Blake3Subtree.ChildrenLength];
        foreach (var start in new[] { first, first + 16, first + 32, 1UL << 40 })
        {
            var part = content.AsSpan(0, (start == first + 16 ? 16 : 32) * 1024);
            Blake3Subtree.ComputeChildren(part, start, expected, Blake3Path.Scalar);
            foreach (var path in SupportedPaths())
            {
                Blake3Subtree.ComputeChildren(part, start, actual, path);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Fact]
    public void A_subtree_of_the_wrong_size_or_place_is_refused()
    {
        var children = new byte[Blake3Subtree.ChildrenLength];
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ComputeChildren(new byte[1024], 0, children));
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ComputeChildren(new byte[3 * 1024], 0, children));
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ComputeChildren(new byte[2047], 0, children));
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ComputeChildren(new byte[4096], 2, children));
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ComputeChildren(new byte[4096], -4, children));
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ComputeChildren(new byte[4096], 0, new byte[63]));

        var hasher = new Blake3Hasher();
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(new byte[63], 2));
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(children, 3));
        hasher.AppendSubtree(children, 2);
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(children, 4));
        hasher.Append([1]);
        Assert.Throws<InvalidOperationException>(() => hasher.AppendSubtree(children, 2));
        Assert.Throws<ArgumentException>(() => hasher.Finish(new byte[31]));
    }

    [PeerFact("b3sum")]
    public async Task B3sum_gives_the_same_digest_of_random_bytes()
    {
        var random = new Random(99);
        foreach (var length in new[] { 0, 1, 1024, 16_384, 16_385, 70_000, 1 << 20, (5 << 20) + 3 })
        {
            var content = new byte[length];
            random.NextBytes(content);
            using var b3sum = Process.Start(
                new ProcessStartInfo("b3sum", "--no-names")
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    UseShellExecute = false,
                }
            )!;
            await b3sum.StandardInput.BaseStream.WriteAsync(content);
            b3sum.StandardInput.Close();
            Assert.Equal((await b3sum.StandardOutput.ReadToEndAsync()).Trim(), Digest.Compute(DigestAlgorithm.Blake3, content).Hex);
        }
    }

    private static List<Blake3Path> SupportedPaths() => [.. Enum.GetValues<Blake3Path>().Where(Blake3Subtree.IsSupported)];

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

    private static string Hash(Blake3Path path, ReadOnlySpan<byte> content)
    {
        var hasher = new Blake3Hasher(path);
        hasher.Append(content);
        return Finish(hasher);
    }

    private static string Finish(Blake3Hasher hasher)
    {
        var digest = new byte[32];
        hasher.Finish(digest);
        return Convert.ToHexStringLower(digest);
    }
}
