using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Inference.Runners.Processes;

namespace Hallmark.Inference.Tests.Runners.Processes;

public sealed class LastLinesTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task The_last_fifty_lines_are_kept_and_an_unfinished_one_is_a_line()
    {
        var lines = await ReadAsync(string.Concat(Enumerable.Range(1, 80).Select(i => $"line {i}\n")) + "\n  \nthe end");
        Assert.Equal(50, lines.Count);
        Assert.Equal("line 32", lines[0]);
        Assert.Equal("the end", lines[^1]);
    }

    [Fact]
    public async Task A_line_of_any_length_and_content_is_kept_short_and_printable()
    {
        var lines = await ReadAsync(new string('x', 1_000_000) + "\n\u001b[31mred\u001b[0m\r\n\u202eback\tand forth\n");
        Assert.Equal(3, lines.Count);
        Assert.InRange(lines[0].Length, 250, 301);
        Assert.DoesNotContain(string.Concat(lines), char.IsControl);
        Assert.DoesNotContain("\u202e", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_no_harm()
    {
        var output = new LastLines(Secret);
        await output.DrainAsync(new MemoryStream([0xff, 0xfe, 0x00, 0x0a, 0xc3, 0x28, 0x0a, 0x41]));
        Assert.Equal("A", output.Lines[^1]);
    }

    [Fact]
    public void The_secret_is_never_kept_wherever_it_stands() =>
        Prop.ForAll(
                Gen.Choose(0, 9_000).ToArbitrary(),
                Gen.Choose(0, 400).ToArbitrary(),
                (before, after) =>
                {
                    var lines = ReadAsync(new string('a', before) + Secret + new string('b', after) + "\n" + Secret)
                        .GetAwaiter()
                        .GetResult();
                    return !lines.Any(line => line.Contains(Secret[..16], StringComparison.Ordinal)) && lines[^1] == "[secret]";
                }
            )
            .QuickCheckThrowOnFailure();

    private static async Task<IReadOnlyList<string>> ReadAsync(string text)
    {
        var output = new LastLines(Secret);
        await output.DrainAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        return output.Lines;
    }
}
