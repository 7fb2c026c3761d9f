using System.Buffers.Binary;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>The tags of an item as bytes, written by <see cref="DataItem.Create"/> and read back from items that carry them.</summary>
public sealed class AvroTagsTests
{
    [Fact]
    public void Tags_are_written_and_read_as_the_reference_library_does()
    {
        var vectors = Ans104Vectors.List("avro-tags.json", "vectors");
        Assert.Equal(8, vectors.Count);
        foreach (var vector in vectors)
        {
            var tags = vector.Tags();
            var bytes = vector.Hex("avroHex");
            if (tags.Any(tag => tag.Value.Length == 0))
            {
                // For decoding only, says the specification: an empty value is against ANS-104.
                Assert.Equal(DataItemFault.TagLimit, Fault(bytes, tags.Count));
                Assert.Equal(DataItemFault.TagLimit, Refusal(tags).Fault);
                continue;
            }

            var item = DataItem.Parse(ItemWith(bytes, tags.Count));
            Assert.Equal(tags, item.Tags);
            var isCanonical = !vector.Text("name").StartsWith("decode only", StringComparison.Ordinal);
            Assert.Equal(isCanonical, item.HasCanonicalTags);
            if (isCanonical)
            {
                Assert.Equal(bytes, Create(tags).RawTags.ToArray());
            }
        }
    }

    [Theory]
    [InlineData("0202610262", 1)] // no end
    [InlineData("02026102620000", 1)] // something behind the end
    [InlineData("0202610262", 0)] // tag bytes without tags
    [InlineData("00", 0)] // as the Python uploader writes it
    [InlineData("0402610262", 2)] // cut off
    [InlineData("0202610162", 1)] // a negative length
    [InlineData("02026102ff00", 1)] // not UTF-8
    [InlineData("ffffffffffffffffff02", 1)] // more than 64 bits
    [InlineData("ffffffffffffffffffff01", 1)]
    [InlineData("0110026102620", 1)] // a block's size that is not its tags'
    [InlineData("010a026102620000", 1)]
    [InlineData("0106026102620000", 1)]
    [InlineData("01", 1)]
    [InlineData("80", 1)]
    [InlineData("02fffffffffffffffeff016102620000", 1)]
    public void Bytes_that_are_no_list_of_tags_are_refused(string hex, int count)
    {
        var bytes = Convert.FromHexString(hex.Length % 2 == 0 ? hex : hex + "0");
        Assert.Contains(Fault(bytes, count), new DataItemFault?[] { DataItemFault.TagEncoding, DataItemFault.TagSection });
    }

    [Theory]
    [InlineData("02026102620002026302640000", 2)]
    [InlineData("00", 1)]
    [InlineData("020261026200", 2)]
    [InlineData("020261026200", 0x1_0000_0001)]
    public void The_stated_number_of_tags_must_be_theirs(string hex, long count) =>
        Assert.NotNull(Fault(Convert.FromHexString(hex), count));

    [Fact]
    public void A_block_that_claims_quintillions_of_tags_is_refused_before_any_is_read()
    {
        Assert.Equal(DataItemFault.TagLimit, Fault(Convert.FromHexString("feffffffffffffffff01" + "0261026200"), 1));
        Assert.Equal(DataItemFault.TagLimit, Fault(Convert.FromHexString("ffffffffffffffffff01" + "0a" + "0261026200"), 1));
    }

    [Fact]
    public void An_empty_block_of_the_python_uploader_is_read_where_it_is_asked_for()
    {
        var item = DataItem.Parse(ItemWith([0], 0), new DataItemRules { AllowSingleZeroTagByte = true });
        Assert.Empty(item.Tags);
        Assert.False(item.HasCanonicalTags);
        Assert.Equal([0], item.RawTags.ToArray());
    }

    [Fact]
    public void What_passes_a_limit_of_the_format_is_never_written()
    {
        DataItemTag Tag(int name, int value) => new(new string('n', name), new string('v', value));
        Assert.Equal(128, Create([.. Enumerable.Repeat(Tag(1, 1), 128)]).Tags.Count);
        Assert.Equal(DataItemFault.TagLimit, Refusal([.. Enumerable.Repeat(Tag(1, 1), 129)]).Fault);
        Assert.Single(Create([Tag(1016, 3072)]).Tags);
        Assert.Equal(DataItemFault.TagSection, Refusal([Tag(1024, 3072)]).Fault);
        Assert.Single(Create([Tag(1024, 3000)]).Tags);
        Assert.Equal(DataItemFault.TagLimit, Refusal([Tag(1025, 1)]).Fault);
        Assert.Equal(DataItemFault.TagLimit, Refusal([Tag(1, 3073)]).Fault);
        Assert.Equal(DataItemFault.TagLimit, Refusal([Tag(0, 1)]).Fault);
        Assert.Equal(DataItemFault.TagLimit, Refusal([Tag(1, 0)]).Fault);
        Assert.Equal(DataItemFault.TagEncoding, Refusal([new DataItemTag("half", "\ud800")]).Fault);
        Assert.Single(Create([new DataItemTag("bytes, not characters", new string('é', 1536))]).Tags);
        Assert.Equal(DataItemFault.TagLimit, Refusal([new DataItemTag("b", new string('é', 1537))]).Fault);
    }

    private static DataItem Create(IReadOnlyList<DataItemTag> tags)
    {
        using var wallet = TestWallets.Of(SignatureType.Ed25519);
        return DataItem.Create(wallet, tags, "data"u8.ToArray());
    }

    private static DataItemRefusal Refusal(IReadOnlyList<DataItemTag> tags) => Assert.Throws<DataItemException>(() => Create(tags)).Refusal;

    private static DataItemFault? Fault(byte[] rawTags, long count) =>
        DataItem.TryParse(ItemWith(rawTags, count), out _, out var refusal) ? null : refusal.Fault;

    /// <summary>An item of type 2 with these tag bytes; its signature is nobody's.</summary>
    private static byte[] ItemWith(byte[] rawTags, long count)
    {
        var item = new byte[2 + 64 + 32 + 2 + 16 + rawTags.Length];
        item[0] = 2;
        BinaryPrimitives.WriteInt64LittleEndian(item.AsSpan(100), count);
        BinaryPrimitives.WriteInt64LittleEndian(item.AsSpan(108), rawTags.Length);
        rawTags.CopyTo(item.AsSpan(116));
        return item;
    }
}
