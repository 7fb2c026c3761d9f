using System.Text;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Tests.Digests;

public sealed class Keccak256Tests
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("Bundlr(bytes Transaction hash,address address)", "e7b44f79dd1b5d1d629db3e022dd9c4c9f4879a786350d9c9eedaa14937e7c06")]
    public void Digests_are_those_that_ethereum_publishes_and_not_sha3(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Keccak256.HashData(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Pieces_hash_as_one()
    {
        var whole = new byte[400];
        new Random(3).NextBytes(whole);
        Assert.Equal(Keccak256.HashData(whole), Keccak256.HashData(whole.AsSpan(0, 1), whole.AsSpan(1, 136), whole.AsSpan(137)));
    }
}
