using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Anchors.Arweave.Bundles;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Items of any content, and the limits of <c>turbo-ans104.md</c> §3 to the byte, writing and reading.</summary>
public sealed class ItemBoundTests
{
    // Those that sign in microseconds; the laws about the format are the same for all.
    private static readonly SignatureType[] QuickTypes = [SignatureType.Ed25519, SignatureType.Solana, SignatureType.Aptos];

    [Fact]
    public void Any_tags_data_target_and_anchor_are_read_back_as_they_were_written_and_verify()
    {
        var text = Gen.Sized(size =>
            Gen.Choose(1, Math.Max(1, size)).SelectMany(length => Gen.Elements(TextParts).ArrayOf(length)).Select(string.Concat)
        );
        var tags = text.SelectMany(name => text.Select(value => new DataItemTag(name, value))).ListOf();
        var data = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
        var reference = Gen.OneOf(
            Gen.Constant(Array.Empty<byte>()),
            Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(DataItem.ReferenceSizeInBytes)
        );
        var items =
            from type in Gen.Elements(QuickTypes)
            from some in tags
            from bytes in data
            from target in reference
            from anchor in reference
            select (Type: type, Tags: some.ToList(), Data: bytes, Target: target, Anchor: anchor);
        Prop.ForAll(
                items.ToArbitrary(),
                made =>
                {
                    if (SectionSize(made.Tags) > DataItemTag.MaxSectionSizeInBytes)
                    {
                        return DataItemFault.TagSection == FaultOf(made.Type, made.Tags);
                    }

                    using var wallet = TestWallets.Of(made.Type);
                    var item = DataItem.Create(wallet, made.Tags, made.Data, made.Anchor, made.Target);
                    var read = DataItem.Parse(item.Bytes);
                    return read.Tags.SequenceEqual(made.Tags)
                        && read.Data.Span.SequenceEqual(made.Data)
                        && read.Target.Span.SequenceEqual(made.Target)
                        && read.Anchor.Span.SequenceEqual(made.Anchor)
                        && read.HasCanonicalTags
                        && read.RawTags.Length == SectionSize(made.Tags)
                        && read.Verify(item.Id).IsVerified;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    [Fact]
    public void One_flipped_bit_in_any_byte_of_any_kind_of_item_is_refused()
    {
        foreach (var type in TestWallets.Types)
        {
            using var wallet = TestWallets.Of(type);
            var item = DataItem.Create(wallet, [new("Content-Type", "text/plain"), new("ä", "€")], "some data"u8.ToArray());
            Parallel.For(
                0,
                item.Bytes.Length,
                position =>
                {
                    var bytes = item.Bytes.ToArray();
                    bytes[position] ^= (byte)(1 << (position % 8));
                    Assert.True(DataItemVectorTests.FaultOf(bytes) is not null, $"{type} byte {position}");
                }
            );
        }
    }

    [Theory]
    [InlineData(1024, 1, null)]
    [InlineData(1025, 1, DataItemFault.TagLimit)]
    [InlineData(1, 3072, null)]
    [InlineData(1, 3073, DataItemFault.TagLimit)]
    [InlineData(1018, 3072, null)] // 1 + 2 + 1018 + 2 + 3072 + 1 = 4096
    [InlineData(1019, 3072, DataItemFault.TagSection)]
    [InlineData(1024, 3066, null)]
    [InlineData(1024, 3067, DataItemFault.TagSection)]
    public void The_largest_name_value_and_section_are_written_and_read_and_one_byte_more_is_neither(
        int name,
        int value,
        DataItemFault? expected
    )
    {
        var tags = new[] { new DataItemTag(new string('n', name), new string('v', value)) };
        Assert.Equal(expected, FaultOf(SignatureType.Ed25519, tags));
        Assert.Equal(expected, FaultOf(Section([tags]), tags.Length));
    }

    [Theory]
    [InlineData(128, null)]
    [InlineData(129, DataItemFault.TagLimit)]
    public void The_most_tags_are_written_and_read_in_one_block_or_many_and_one_more_is_not(int count, DataItemFault? expected)
    {
        var tags = Enumerable.Range(0, count).Select(i => new DataItemTag($"n{i}", "v")).ToList();
        Assert.Equal(expected, FaultOf(SignatureType.Solana, tags));
        Assert.Equal(
            expected,
            FaultOf(
                Section([
                    [.. tags],
                ]),
                count
            )
        );
        Assert.Equal(
            expected,
            FaultOf(
                Section([
                    [.. tags[..100]],
                    [.. tags[100..]],
                ]),
                count
            )
        );
        Assert.Equal(expected, FaultOf(Section([.. tags.Select(static tag => new[] { tag })]), count));
    }

    [Fact]
    public void Lengths_are_those_of_bytes_and_not_of_characters()
    {
        Assert.Null(FaultOf(SignatureType.Ed25519, [new DataItemTag(new string('ä', 512), "v")]));
        Assert.Equal(DataItemFault.TagLimit, FaultOf(SignatureType.Ed25519, [new DataItemTag(new string('ä', 513), "v")]));
        Assert.Null(FaultOf(SignatureType.Ed25519, [new DataItemTag("n", string.Concat(Enumerable.Repeat("😀", 768)))]));
        Assert.Equal(
            DataItemFault.TagLimit,
            FaultOf(SignatureType.Ed25519, [new DataItemTag("n", string.Concat(Enumerable.Repeat("😀", 769)))])
        );
    }

    [Fact]
    public void An_item_carries_a_bundle_only_where_both_tags_say_so_and_an_empty_bundle_is_one()
    {
        var rubbish = "no bundle"u8.ToArray();
        foreach (var tag in Bundle.CarrierTags)
        {
            Assert.True(Bundle.Create([Carry([tag], rubbish)]).Verify().IsVerified, tag.Name);
        }

        Assert.True(Bundle.Create([Carry([new("bundle-format", "binary"), Bundle.CarrierTags[1]], rubbish)]).Verify().IsVerified);
        Assert.Equal(DataItemFault.Nested, Bundle.Create([Carry([.. Bundle.CarrierTags.Reverse()], rubbish)]).Verify().Refusal!.Fault);
        var empty = Bundle.Create([Carry(Bundle.CarrierTags, new byte[32])]).Verify();
        Assert.True(empty.IsVerified);
        Assert.Equal(1, empty.VerifiedItems);
    }

    [Theory]
    [InlineData(Bundle.MaxDepth, true)]
    [InlineData(Bundle.MaxDepth + 1, false)]
    [InlineData(40, false)]
    public void Bundles_that_are_nested_too_deep_are_refused_at_that_depth_whatever_lies_below(int depth, bool isVerified)
    {
        var bundle = Bundle.Create([Carry([], "innermost"u8.ToArray())]);
        for (var i = 1; i < depth; i++)
        {
            bundle = Bundle.Create([Carry([], "beside"u8.ToArray()), Carry(Bundle.CarrierTags, bundle.Bytes.ToArray())]);
        }

        var result = bundle.Verify();
        Assert.Equal(isVerified, result.IsVerified);
        Assert.Equal(isVerified ? null : string.Join('/', Enumerable.Repeat(1, Bundle.MaxDepth)), result.RefusedPath);
    }

    private static readonly string[] TextParts = ["a", "Z", "0", " ", "\"", "\0", "\n", "ä", "€", "😀", "\u2028", "e\u0301"];

    private static DataItem Carry(IReadOnlyList<DataItemTag> tags, byte[] data)
    {
        using var wallet = TestWallets.Of(SignatureType.Ed25519);
        return DataItem.Create(wallet, tags, data);
    }

    private static DataItemFault? FaultOf(SignatureType type, IReadOnlyList<DataItemTag> tags)
    {
        using var wallet = TestWallets.Of(type);
        try
        {
            return DataItemVectorTests.FaultOf(DataItem.Create(wallet, tags, "data"u8.ToArray()).Bytes);
        }
        catch (DataItemException refused)
        {
            return refused.Refusal.Fault;
        }
    }

    // Reading alone, of tags that our writer may refuse; the signature is nobody's.
    private static DataItemFault? FaultOf(byte[] section, int count)
    {
        var item = new byte[2 + 64 + 32 + 2 + 16 + section.Length];
        item[0] = (byte)SignatureType.Ed25519;
        BinaryPrimitives.WriteInt64LittleEndian(item.AsSpan(100), count);
        BinaryPrimitives.WriteInt64LittleEndian(item.AsSpan(108), section.Length);
        section.CopyTo(item.AsSpan(116));
        return DataItem.TryParse(item, out _, out var refusal) ? null : refusal.Fault;
    }

    private static int SectionSize(IReadOnlyCollection<DataItemTag> tags) =>
        tags.Count == 0
            ? 0
            : Section([
                [.. tags],
            ]).Length;

    // Written by the specification's words and not by our writer.
    private static byte[] Section(DataItemTag[][] blocks)
    {
        using var section = new MemoryStream();
        foreach (var block in blocks.Where(static block => block.Length > 0))
        {
            WriteLong(section, block.Length);
            foreach (var text in block.SelectMany(static tag => new[] { tag.Name, tag.Value }))
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                WriteLong(section, bytes.Length);
                section.Write(bytes);
            }
        }

        section.WriteByte(0);
        return section.ToArray();
    }

    private static void WriteLong(MemoryStream section, long value)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        do
        {
            var group = (byte)(rest & 0x7f);
            rest >>= 7;
            section.WriteByte(rest == 0 ? group : (byte)(group | 0x80));
        } while (rest != 0);
    }
}
