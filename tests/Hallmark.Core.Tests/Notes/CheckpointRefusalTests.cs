using System.Text;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;

namespace Hallmark.Core.Tests.Notes;

public sealed class CheckpointRefusalTests
{
    private const string Root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    [Theory]
    [InlineData("", "does not end with a line feed")]
    [InlineData("o\n1\n" + Root, "does not end with a line feed")]
    [InlineData("\n", "an origin, a size and a root")]
    [InlineData("o\n1\n", "an origin, a size and a root")]
    [InlineData("\n1\n" + Root + "\n", "an origin, a size and a root")]
    [InlineData("o\tp\n1\n" + Root + "\n", "an origin, a size and a root")]
    [InlineData("o\u0085p\n1\n" + Root + "\n", "an origin, a size and a root")]
    [InlineData("o\n\n" + Root + "\n", "size is not a decimal number")]
    [InlineData("o\n1\0\n" + Root + "\n", "size is not a decimal number")] // the runtime's own reader takes it
    [InlineData("o\n00\n" + Root + "\n", "size is not a decimal number")]
    [InlineData("o\n1e3\n" + Root + "\n", "size is not a decimal number")]
    [InlineData("o\n99999999999999999999\n" + Root + "\n", "size is not a decimal number")]
    [InlineData("o\n1\n" + Root + "=\n", "not 32 bytes in base64")]
    [InlineData("o\n1\n" + Root + "\n\nx\n", "empty extension line")]
    [InlineData("o\n1\n" + Root + "\nx\n\n", "empty extension line")]
    public void A_refusal_says_what_is_wrong(string text, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<NoteFormatException>(() => Checkpoint.Parse(Encoding.UTF8.GetBytes(text))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void An_origin_that_is_not_UTF8_is_refused_and_never_replaced()
    {
        byte[] text = [0xff, .. Encoding.UTF8.GetBytes("rigin\n1\n" + Root + "\n")];
        Assert.Contains("not UTF-8", Assert.Throws<NoteFormatException>(() => Checkpoint.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_empty_tree_has_a_checkpoint_and_its_size_is_one_digit()
    {
        var text = $"o\n0\n{TreeHash.OfEmptyTree.Base64}\n";
        var checkpoint = Checkpoint.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal(0, checkpoint.Size);
        Assert.Equal(TreeHash.OfEmptyTree, checkpoint.Root);
        Assert.Empty(checkpoint.Extensions);
        Assert.Equal(text, Encoding.UTF8.GetString(new Checkpoint("o", 0, TreeHash.OfEmptyTree).ToText()));
    }

    [Fact]
    public void A_checkpoint_that_nobody_could_read_is_not_made()
    {
        Assert.Throws<ArgumentException>(() => new Checkpoint("", 1, default));
        Assert.Throws<ArgumentNullException>(() => new Checkpoint(null!, 1, default)); // ! the caller's error is the subject
        Assert.Throws<ArgumentOutOfRangeException>(() => new Checkpoint("o", -1, default));
        var fault = Assert.Throws<ArgumentException>(() => new Checkpoint("o\u0007", 1, default));
        Assert.Equal("origin", fault.ParamName);
        Assert.Contains("one line without control characters", fault.Message, StringComparison.Ordinal);
    }
}
