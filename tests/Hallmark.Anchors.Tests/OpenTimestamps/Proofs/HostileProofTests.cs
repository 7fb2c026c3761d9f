using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Proofs;

/// <summary>Bytes of strangers: bounded in depth, size and cost, and refused with the place.</summary>
public sealed class HostileProofTests
{
    private static readonly byte[] Message = new byte[32];
    private static readonly byte[] Pending = Timestamp.Attested(Message, TimeAttestation.Pending("https://x.example")).ToArray();

    [Fact]
    public void Every_prefix_of_a_proof_is_refused_as_cut_off_at_its_end()
    {
        var whole = OtsVectors.RegtestFile("f0.txt.ots");
        for (var length = 31; length < whole.Length; length++)
        {
            var refusal = Assert.Throws<OtsRejectedException>(() => DetachedTimestamp.Parse(whole.AsSpan(0, length)));
            Assert.Equal((OtsFault.UnexpectedEnd, true), (refusal.Fault, refusal.Offset <= length));
        }

        Assert.Equal(OtsFault.BadMagic, Refuse(() => DetachedTimestamp.Parse(whole.AsSpan(0, 30))).Fault);
    }

    [Fact]
    public void Bits_flipped_anywhere_give_a_refusal_or_another_proof_and_never_another_exception()
    {
        var whole = OtsVectors.RegtestFile("f1.txt.ots");
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] changed = [.. whole];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var proof = DetachedTimestamp.Parse(changed);
                Assert.Equal(changed, proof.ToArray());
                Assert.NotEqual(whole, proof.ToCanonicalArray());
            }
            catch (OtsRejectedException refusal)
            {
                Assert.InRange(refusal.Offset, 0, changed.Length);
            }
        }
    }

    [Theory]
    [InlineData("f001", OtsFault.UnexpectedEnd, 2)]
    [InlineData("f000", OtsFault.LengthOutOfBounds, 1)]
    [InlineData("f0ffffffffffffffffff", OtsFault.NumberOutOfBounds, 1)]
    [InlineData("f0808080808080808080808080", OtsFault.NumberOutOfBounds, 1)]
    [InlineData("55", OtsFault.UnknownOperation, 0)]
    [InlineData("ff55", OtsFault.UnknownOperation, 1)]
    [InlineData("ffff", OtsFault.ForkAfterFork, 1)]
    [InlineData("000588960d73d71901088180808080808010", OtsFault.NumberOutOfBounds, 10)]
    [InlineData("000588960d73d7190103010203", OtsFault.PayloadLeftover, 11)]
    [InlineData("0006869a0d73d71b45020100", OtsFault.PayloadLeftover, 11)]
    [InlineData("0030fe8087b5c7ead7020100", OtsFault.PayloadLeftover, 11)]
    [InlineData("0083dfe30d2ef90c8e020541", OtsFault.UnexpectedEnd, 12)]
    [InlineData("0083dfe30d2ef90c8e020140", OtsFault.BadUri, 10)]
    [InlineData("", OtsFault.UnexpectedEnd, 0)]
    public void A_timestamp_that_is_none_is_refused_with_reason_and_place(string hex, OtsFault fault, int offset)
    {
        var refusal = Refuse(() => Timestamp.Parse(Convert.FromHexString(hex), Message));
        Assert.Equal((fault, offset), (refusal.Fault, refusal.Offset));
    }

    [Theory]
    [InlineData("https://a.example/?q=1")]
    [InlineData("https://user@a.example")]
    [InlineData("https://a.example/#f")]
    [InlineData("https://a.example/%2e")]
    [InlineData("https://[::1]/")]
    [InlineData("https://a.example/\n")]
    [InlineData("https://bücher.example")]
    public void A_calendar_whose_address_could_smuggle_something_cannot_be_written_either(string uri) =>
        Assert.Throws<ArgumentException>(() => TimeAttestation.Pending(uri));

    [Fact]
    public void A_reverse_or_hexlify_of_an_empty_message_is_refused() =>
        Assert.All(
            new byte[] { 0xF2, 0xF3 },
            operation => Assert.Equal(OtsFault.MessageOutOfBounds, Refuse(() => Timestamp.Parse([operation, .. Pending], [])).Fault)
        );

    [Fact]
    public void Levels_are_counted_through_forks_too()
    {
        byte[] Nested(int operations) =>
            [
                .. Enumerable.Repeat(new byte[] { 0xFF, 0x08 }, operations).SelectMany(static pair => pair),
                .. Enumerable.Repeat(Pending, operations + 1).SelectMany(static one => one),
            ];

        Assert.Equal(Timestamp.MaxLevels, Timestamp.Parse(Nested(255), Message).Levels);
        Assert.Equal(OtsFault.TooDeep, Refuse(() => Timestamp.Parse(Nested(256), Message)).Fault);
    }

    [Fact]
    public void A_small_file_that_would_unfold_to_gigabytes_of_messages_is_refused_early()
    {
        // One message of 4094 bytes, then tens of thousands of siblings of nearly the same size.
        var bytes = new List<byte>([0xF0, 0xDE, 0x1F, .. new byte[4062]]);
        for (var sibling = 0; sibling < 40_000; sibling++)
        {
            bytes.AddRange([0xFF, 0xF0, 2, (byte)(sibling >> 8), (byte)(sibling & 0xFF), .. Pending]);
        }

        bytes.AddRange(Pending);
        Assert.Equal(OtsFault.TooLarge, Refuse(() => Timestamp.Parse([.. bytes], Message)).Fault);
    }

    [Fact]
    public void A_file_larger_than_a_mebibyte_is_not_read() =>
        Assert.Equal(OtsFault.TooLarge, Refuse(() => DetachedTimestamp.Parse(new byte[DetachedTimestamp.MaxFileSize + 1])).Fault);

    [Fact]
    public void Tens_of_thousands_of_repeated_branches_are_one_branch()
    {
        byte[] once = [0xFF, 0x08, .. Pending];
        byte[] many = [.. Enumerable.Repeat(once, 20_000).SelectMany(static one => one), .. Pending];
        byte[] expected = [0xFF, .. Pending, 0x08, .. Pending];
        Assert.Equal(expected, Timestamp.Parse(many, Message).ToArray());
    }

    private static OtsRejectedException Refuse(Action parse) => Assert.Throws<OtsRejectedException>(parse);
}
