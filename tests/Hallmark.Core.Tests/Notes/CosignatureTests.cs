using System.Text;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Notes;

public sealed class CosignatureTests
{
    private static readonly byte[] Signature = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    [Theory]
    [InlineData(1)]
    [InlineData(1_795_000_000)]
    [InlineData(long.MaxValue)]
    public void A_cosignature_is_read_back_as_it_was_written(long time)
    {
        var written = new Cosignature(time, [.. Signature]).ToBytes();
        Assert.Equal(72, written.Length);
        Assert.True(Cosignature.TryRead(new NoteSignature("w", 1, written), out var read));
        Assert.Equal(time, read.UnixSeconds);
        Assert.Equal(Signature, read.Signature.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_time_that_is_not_after_1970_is_none(long time)
    {
        Assert.False(Cosignature.TryRead(new NoteSignature("w", 1, new Cosignature(time, [.. Signature]).ToBytes()), out var read));
        Assert.Null(read);
        var signer = new NoteSigner("w", Ed25519PrivateKey.FromSeed(new byte[32]));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            signer.Cosign("text\n"u8, DateTimeOffset.UnixEpoch.AddSeconds(Math.Max(time, -1)))
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(71)]
    [InlineData(73)]
    public void Another_length_is_no_cosignature(int length) =>
        Assert.False(Cosignature.TryRead(new NoteSignature("w", 1, [.. Enumerable.Repeat((byte)1, length)]), out _));

    [Fact]
    public void The_signed_bytes_are_the_header_of_the_specification_and_the_text_unchanged() =>
        Assert.Equal(
            "cosignature/v1\ntime 1679315147\norigin\n1\n",
            Encoding.UTF8.GetString(Cosignature.SignedBytes(1679315147, "origin\n1\n"u8))
        );
}
