using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;

namespace Hallmark.Core.Tests.Checkpoints;

/// <summary>A checkpoint's text and what it says are one to one: what is written is read back, and what is read is written back, to the byte.</summary>
public sealed class CheckpointLawTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 11);

    [Fact]
    public void What_is_written_is_read_back_the_same() =>
        Check.One(
            Often,
            Prop.ForAll<string, long, string[]>(
                (name, number, extensions) =>
                {
                    var origin = "o" + Clean(name);
                    var size = number & long.MaxValue;
                    string[] lines = [.. extensions.Select(Clean).Where(line => line.Length > 0)];
                    var root = MerkleHash.Leaf(Encoding.UTF8.GetBytes(origin));
                    var written = new Checkpoint(origin, size, root) { Extensions = [.. lines] };
                    var read = Checkpoint.Parse(written.ToText());
                    return read.Origin == origin
                        && read.Size == size
                        && read.Root == root
                        && read.Extensions.SequenceEqual(lines)
                        && read.ToText().AsSpan().SequenceEqual(written.ToText());
                }
            )
        );

    /// <summary>Any one octet of a checkpoint set to any value: refused, or a checkpoint that is written back as exactly these octets.</summary>
    [Fact]
    public void Whatever_is_read_is_written_back_to_the_byte()
    {
        var text = new Checkpoint("log.example/ü", 1234567890123, MerkleHash.Leaf("x"u8)) { Extensions = ["one", "two"] }.ToText();
        var read = 0;
        for (var place = 0; place < text.Length; place++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = text.ToArray();
                changed[place] = (byte)value;
                try
                {
                    Assert.Equal(changed, Checkpoint.Parse(changed).ToText());
                    read++;
                }
                catch (NoteFormatException refusal)
                {
                    Assert.NotEmpty(refusal.Message);
                }
            }
        }

        Assert.True(read > text.Length, "the unchanged text at least, once for each octet");
    }

    [Fact]
    public void A_text_cut_or_prolonged_anywhere_is_refused_or_another_checkpoint_and_never_the_same()
    {
        var whole = new Checkpoint("log.example", 42, MerkleHash.Leaf("x"u8)).ToText();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<NoteFormatException>(() => Checkpoint.Parse(whole.AsSpan(0, length)));
        }

        Assert.Throws<NoteFormatException>(() => Checkpoint.Parse([.. whole, (byte)'\n']));
        Assert.Throws<NoteFormatException>(() => Checkpoint.Parse([.. whole, (byte)'x']));
        Assert.Equal("x", Assert.Single(Checkpoint.Parse([.. whole, (byte)'x', (byte)'\n']).Extensions));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("9223372036854775807")]
    public void The_smallest_and_the_largest_size_are_sizes(string size) =>
        Assert.Equal(size, Checkpoint.Parse(Text(size)).Size.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("00")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1 ")]
    [InlineData("1e3")]
    [InlineData("0x1")]
    [InlineData("१")]
    [InlineData("")]
    public void What_is_no_plain_decimal_size_is_refused(string size) =>
        Assert.Contains("size", Assert.Throws<NoteFormatException>(() => Checkpoint.Parse(Text(size))).Message, StringComparison.Ordinal);

    /// <summary>An extension with a line feed would be signed as two, and one of them could be anything.</summary>
    [Fact]
    public void A_checkpoint_that_would_be_read_back_as_another_is_not_made()
    {
        var root = MerkleHash.Leaf("x"u8);
        foreach (var line in new[] { "", "a\nb", "\n", "a\n", "a\ud800" })
        {
            Assert.ThrowsAny<ArgumentException>(() => new Checkpoint("log.example", 1, root) { Extensions = ["fine", line] });
        }

        foreach (var origin in new[] { "", "a\nb", "a\r", "a\0", "a\ud800", "\udc00" })
        {
            Assert.ThrowsAny<ArgumentException>(() => new Checkpoint(origin, 1, root));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new Checkpoint("log.example", -1, root));
        Assert.Empty(Checkpoint.Parse((new Checkpoint("log.example", 1, root) { Extensions = default }).ToText()).Extensions);
    }

    private static byte[] Text(string size) => Encoding.UTF8.GetBytes($"log.example\n{size}\n{MerkleHash.Leaf("x"u8).Base64}\n");

    // A line of text: no control characters, no halves of surrogate pairs.
    private static string Clean(string? text) =>
        string.Concat((text ?? "").EnumerateRunes().Where(rune => rune.Value != 0xFFFD && !Rune.IsControl(rune)));
}
