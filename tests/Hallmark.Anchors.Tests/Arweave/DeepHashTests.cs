using System.Text.Json;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Tests.Arweave;

public sealed class DeepHashTests
{
    [Fact]
    public void Deep_hashes_are_those_of_the_reference_library()
    {
        var vectors = Ans104Vectors.List("deep-hash.json", "vectors");
        Assert.NotEmpty(vectors);
        foreach (var vector in vectors)
        {
            Assert.Equal(vector.Text("sha384Hex"), Convert.ToHexStringLower(Of(vector.GetProperty("input"))));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task Streamed_content_hashes_as_if_it_were_held(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var streamed = new DeepHash(2).Add("a");
        await streamed.AddAsync(new MemoryStream(content), length, CancellationToken.None);
        Assert.Equal(new DeepHash(2).Add("a").Add(content).Finish(), streamed.Finish());
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public async Task A_stream_of_another_length_than_was_said_is_refused_and_adds_nothing(int said)
    {
        var hash = new DeepHash(1);
        await Assert.ThrowsAsync<EndOfStreamException>(() => hash.AddAsync(new MemoryStream(new byte[10]), said, CancellationToken.None));
        Assert.Equal(DeepHashOfOne("x"), hash.Add("x").Finish());
    }

    [Fact]
    public void A_list_takes_as_many_elements_as_it_was_said_to_have()
    {
        Assert.Throws<InvalidOperationException>(() => new DeepHash(1).Finish());
        Assert.Throws<InvalidOperationException>(() => new DeepHash(0).Add(""));
        Assert.Throws<ArgumentException>(() => new DeepHash(1).AddHash(new byte[47]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeepHash(-1));
    }

    private static byte[] DeepHashOfOne(string text) => new DeepHash(1).Add(text).Finish();

    private static byte[] Of(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            return DeepHash.OfBlob(Convert.FromHexString(input.GetString()!));
        }

        var list = new DeepHash(input.GetArrayLength());
        foreach (var element in input.EnumerateArray())
        {
            list.AddHash(Of(element));
        }

        return list.Finish();
    }
}
