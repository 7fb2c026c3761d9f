using System.Text;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Notes;

public sealed class CheckpointTests
{
    private const string Root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    [Fact]
    public void Checkpoints_of_the_go_library_are_read_and_written_back_the_same()
    {
        var files = Directory.GetFiles(ProjectFiles.TestData("tlog/generated/log/checkpoints"));
        Assert.Equal(7, files.Length);
        foreach (var file in files)
        {
            var note = SignedNote.Parse(File.ReadAllBytes(file));
            var checkpoint = Checkpoint.Parse(note.Text.Span);
            Assert.Equal(Path.GetFileName(file), $"{checkpoint.Size}");
            Assert.Equal("log.example/a/models", checkpoint.Origin);
            Assert.Equal(note.Text.ToArray(), checkpoint.ToText());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("origin\n1\n")]
    [InlineData("\n1\n" + Root + "\n")]
    [InlineData("origin\n01\n" + Root + "\n")]
    [InlineData("origin\n-1\n" + Root + "\n")]
    [InlineData("origin\n+1\n" + Root + "\n")]
    [InlineData("origin\n1 \n" + Root + "\n")]
    [InlineData("origin\n\u0661\n" + Root + "\n")]
    [InlineData("origin\n9223372036854775808\n" + Root + "\n")]
    [InlineData("origin\n1\nAAAA\n")]
    [InlineData("origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n")]
    [InlineData("origin\n1\n" + Root)]
    [InlineData("origin\n1\n" + Root + "\n\n")]
    public void What_is_not_exactly_a_checkpoint_is_refused(string text) =>
        Assert.Throws<NoteFormatException>(() => Checkpoint.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_largest_size_and_extension_lines_are_kept()
    {
        var text = $"origin\n9223372036854775807\n{Root}\nextension one\ntwo\n";
        var checkpoint = Checkpoint.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal(long.MaxValue, checkpoint.Size);
        Assert.Equal(["extension one", "two"], checkpoint.Extensions.ToArray());
        Assert.Equal(text, Encoding.UTF8.GetString(checkpoint.ToText()));
    }

    [Fact]
    public void An_origin_with_a_line_feed_cannot_smuggle_in_another_size() =>
        Assert.Throws<ArgumentException>(() => new Checkpoint("origin\n5", 1, TreeHash.OfEmptyTree));
}
