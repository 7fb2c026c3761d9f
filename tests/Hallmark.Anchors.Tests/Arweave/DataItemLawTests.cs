using FsCheck;
using FsCheck.Fluent;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Laws of every kind of item.</summary>
public sealed class DataItemLawTests
{
    private static readonly IReadOnlyList<DataItem> Items = [.. TestWallets.Types.Select(MakeItem)];

    [Fact]
    public void Any_flipped_bit_of_any_item_is_refused_the_uncovered_ones_when_it_is_read()
    {
        Prop.ForAll(
                Gen.Choose(0, Items.Count - 1).ToArbitrary(),
                Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
                (item, place) =>
                {
                    var bytes = Items[item].Bytes.ToArray();
                    var bit = place % (bytes.Length * 8);
                    bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                    return DataItemVectorTests.FaultOf(bytes) is not null;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(600));
    }

    [Fact]
    public void Every_bit_outside_what_is_signed_is_refused_when_it_is_read()
    {
        foreach (var item in Items)
        {
            var afterOwner = 2 + item.Signature.Length + item.Owner.Length;
            var numbers = afterOwner + 1 + 32 + 1 + 32;
            int[] uncovered = [afterOwner, afterOwner + 33, .. Enumerable.Range(numbers, 8)];
            foreach (var position in uncovered)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    var bytes = item.Bytes.ToArray();
                    bytes[position] ^= (byte)(1 << bit);
                    Assert.NotNull(DataItemVectorTests.FaultOf(bytes));
                }
            }
        }
    }

    [Fact]
    public void An_item_that_is_cut_off_is_refused_wherever_that_is()
    {
        foreach (var item in Items)
        {
            for (var length = 0; length < item.Bytes.Length - item.Data.Length; length++)
            {
                Assert.False(DataItem.TryParse(item.Bytes[..length], out _, out _), $"{item.SignatureType}, {length} bytes");
            }
        }
    }

    [Fact]
    public void What_was_taken_apart_is_put_together_again_byte_for_byte()
    {
        foreach (var item in Items)
        {
            var again = DataItem.Assemble(item.SignatureType, item.Signature, item.Owner, item.Tags, item.Data, item.Anchor, item.Target);
            Assert.Equal(item.Bytes.ToArray(), again.Bytes.ToArray());
            Assert.True(again.Verify(item.Id).IsVerified);
            Assert.Equal(DataItemFault.Id, again.Verify(TestItems.OtherId).Refusal!.Fault);
        }
    }

    [Fact]
    public void Kyve_items_and_parts_of_a_wrong_length_are_never_put_together()
    {
        Assert.Throws<DataItemException>(() => DataItem.Assemble(SignatureType.Kyve, new byte[65], new byte[65], [], default));
        Assert.Throws<ArgumentException>(() => DataItem.Assemble(SignatureType.Ed25519, new byte[63], new byte[32], [], default));
        Assert.Throws<ArgumentException>(() => DataItem.Assemble(SignatureType.Ed25519, new byte[64], new byte[33], [], default));
        Assert.Throws<ArgumentException>(() =>
            DataItem.Assemble(SignatureType.Ed25519, new byte[64], new byte[32], [], default, new byte[31])
        );
    }

    private static DataItem MakeItem(SignatureType type)
    {
        using var wallet = TestWallets.Of(type);
        var filled = Enumerable.Repeat((byte)0x5a, 32).ToArray();
        return DataItem.Create(wallet, [new("Content-Type", "text/plain"), new("k", "v")], "some data"u8.ToArray(), filled, filled);
    }
}
