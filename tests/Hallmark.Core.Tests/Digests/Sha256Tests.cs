using System.Security.Cryptography;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Tests.Digests;

public sealed class Sha256Tests
{
    [Fact]
    public void Every_length_up_to_some_kilobytes_gives_the_hash_of_the_base_library()
    {
        var content = new byte[4_300];
        new Random(1).NextBytes(content);
        var found = new byte[SHA256.HashSizeInBytes];
        for (var length = 0; length <= content.Length; length++)
        {
            var input = content.AsSpan(0, length);
            Sha256.Hash(input, found);
            Assert.Equal(SHA256.HashData(input), found);
            Assert.Equal(Convert.ToHexStringLower(found), Sha256.HashHex(input));
        }
    }

    [Fact]
    public void A_buffer_that_is_too_short_is_refused() => Assert.Throws<ArgumentException>(() => Sha256.Hash("abc"u8, new byte[31]));
}
