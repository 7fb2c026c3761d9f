using System.Text.Json;
using Hallmark.Anchors.Arweave.Bundles;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Tests.Arweave;

public sealed class BundleTests
{
    private static readonly IReadOnlyList<JsonElement> Vectors = Ans104Vectors.List("bundles.json", "bundles");

    [Fact]
    public void Bundles_of_others_are_read_verified_with_all_that_is_nested_and_written_alike()
    {
        Assert.Equal(3, Vectors.Count);
        foreach (var vector in Vectors)
        {
            var bytes = vector.Base64("bundleBase64");
            var bundle = Bundle.Parse(bytes);
            Assert.Equal(vector.GetProperty("ids").EnumerateArray().Select(id => id.GetString()), bundle.Entries.Select(entry => entry.Id));
            Assert.Equal(
                vector.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32()),
                bundle.Entries.Select(entry => entry.Bytes.Length)
            );
            Assert.All(bundle.Entries, entry => Assert.Equal(bytes.AsSpan(entry.Offset, entry.Bytes.Length), entry.Bytes.Span));
            Assert.True(bundle.Verify().IsVerified);
            Assert.Equal(bytes, Bundle.Create([.. bundle.Entries.Select(entry => DataItem.Parse(entry.Bytes))]).Bytes.ToArray());
        }

        // Two items, one of which carries the four of the first bundle.
        Assert.Equal(6, Bundle.Parse(Vectors[1].Base64("bundleBase64")).Verify().VerifiedItems);
    }

    [Fact]
    public void Every_flipped_bit_of_a_bundle_is_noticed()
    {
        var bytes = Vectors[0].Base64("bundleBase64");
        var random = new Random(7);
        for (var trial = 0; trial < 200; trial++)
        {
            var position = random.Next(bytes.Length);
            var flipped = (byte[])bytes.Clone();
            flipped[position] ^= (byte)(1 << random.Next(8));
            Assert.False(Bundle.TryParse(flipped, out var bundle, out _) && bundle.Verify().IsVerified, $"byte {position}");
        }
    }

    [Fact]
    public void A_bundle_that_is_cut_off_or_goes_on_is_refused_wherever_that_is()
    {
        var bytes = Vectors[0].Base64("bundleBase64");
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(Bundle.TryParse(bytes.AsMemory(0, length), out _, out _), $"{length} bytes");
        }

        Assert.Throws<BundleException>(() => Bundle.Parse((byte[])[.. bytes, 0]));
        Assert.Throws<BundleException>(() => Bundle.Parse(new byte[33]));
    }

    [Theory]
    [InlineData(0, 31)]
    [InlineData(0, 3)]
    [InlineData(32, 31)]
    [InlineData(32, 3)]
    public void A_count_or_size_beyond_all_bounds_is_refused_at_once(int field, int byteOfField)
    {
        var bytes = Vectors[0].Base64("bundleBase64");
        bytes[field + byteOfField] = 0x7f;
        Assert.False(Bundle.TryParse(bytes, out _, out _));
        bytes[field + byteOfField] = 0xff;
        Assert.False(Bundle.TryParse(bytes, out _, out _));
    }

    [Fact]
    public void An_item_under_another_s_id_is_named()
    {
        var bytes = Vectors[0].Base64("bundleBase64");
        bytes[32 + (64 * 2) + 32] ^= 1;
        var result = Bundle.Parse(bytes).Verify();
        Assert.Equal("2", result.RefusedPath);
        Assert.Equal(DataItemFault.Id, result.Refusal!.Fault);
        Assert.Equal(2, result.VerifiedItems);
    }

    [Fact]
    public void A_bad_item_in_a_nested_bundle_is_named_by_its_way_there()
    {
        var inner = DataItem.Parse(Ans104Vectors.Item("ed25519-full").Base64("itemBase64")).Bytes.ToArray();
        inner[^1] ^= 1;
        var carrier = Carry(Bundle.Create([Item("good"), DataItem.Parse(inner)]));
        var result = Bundle.Create([Item("first"), carrier]).Verify();
        Assert.Equal("1/1", result.RefusedPath);
        Assert.Equal(DataItemFault.Signature, result.Refusal!.Fault);
        Assert.Equal(3, result.VerifiedItems);
    }

    [Fact]
    public void An_item_that_says_it_carries_a_bundle_must_carry_one()
    {
        using var wallet = TestWallets.Of(SignatureType.Ed25519);
        var liar = DataItem.Create(wallet, Bundle.CarrierTags, "no bundle"u8.ToArray());
        var result = Bundle.Create([liar]).Verify();
        Assert.Equal(("0", DataItemFault.Nested), (result.RefusedPath, result.Refusal!.Fault));
    }

    [Fact]
    public void Nesting_has_an_end()
    {
        var bundle = Bundle.Create([Item("innermost")]);
        for (var depth = 1; depth < Bundle.MaxDepth; depth++)
        {
            bundle = Bundle.Create([Carry(bundle)]);
        }

        Assert.True(bundle.Verify().IsVerified);
        Assert.Equal(DataItemFault.Nested, Bundle.Create([Carry(bundle)]).Verify().Refusal!.Fault);
    }

    private static DataItem Item(string data)
    {
        using var wallet = TestWallets.Of(SignatureType.Ed25519);
        return DataItem.Create(wallet, [], System.Text.Encoding.UTF8.GetBytes(data));
    }

    private static DataItem Carry(Bundle bundle)
    {
        using var wallet = TestWallets.Of(SignatureType.Solana);
        return DataItem.Create(wallet, Bundle.CarrierTags, bundle.Bytes);
    }
}
