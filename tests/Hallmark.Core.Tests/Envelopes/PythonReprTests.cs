using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Tests.Json;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Envelopes;

public class PythonReprTests
{
    private const string Script = """
        import json, sys
        sys.stdout.reconfigure(encoding='utf-8')
        for line in sys.stdin.buffer.read().decode().split('\n'):
            print(json.dumps(repr(json.loads(line))))
        """;

    [PeerFact("python3")]
    public async Task Numbers_and_texts_are_shown_as_Python_shows_them()
    {
        var random = new Random(39);
        var lines = new List<string>
        {
            "0.0",
            "-0.0",
            "1e16",
            "9999999999999998.0",
            "1e-4",
            "0.00009999",
            "1e15",
            "123456789012345680.0",
            "5e-324",
            "1.7976931348623157e308",
            "-0",
            "1E5",
            "true",
            "null",
            "{}",
            "[]",
        };
        lines.AddRange(Enumerable.Range(1, 2046).Select(exponent => BitConverter.Int64BitsToDouble((long)exponent << 52).ToString("E20")));
        lines.AddRange(Enumerable.Range(0, 5000).Select(_ => RandomDecimal.AnyDouble(random).ToString("E17")));
        lines.AddRange(Enumerable.Range(0, 5000).Select(_ => (random.NextDouble() * Math.Pow(10, random.Next(-7, 20))).ToString("E17")));
        lines.AddRange(
            Enumerable
                .Range(0, 500)
                .Select(_ =>
                    JsonSerializer.Serialize(
                        new[] { "it's", "\"", "\u00ad", "é", "\u2028", "\U000E0001", "😀", "\uFFFF", "\0", "\\", " ", "\u00a0" }
                            .OrderBy(_ => random.Next())
                            .Take(3)
                    )
                )
        );

        using var python = Process.Start(
            new ProcessStartInfo(PeerFactAttribute.FindProgram("python3")!, ["-c", Script])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(false),
            }
        )!;
        var answer = python.StandardOutput.ReadToEndAsync();
        await python.StandardInput.WriteAsync(string.Join('\n', lines));
        python.StandardInput.Close();
        var shown = (await answer).TrimEnd('\n').Split('\n');
        await python.WaitForExitAsync();

        Assert.Equal(lines.Count, shown.Length);
        for (var i = 0; i < lines.Count; i++)
        {
            Assert.Equal(JsonSerializer.Deserialize<string>(shown[i]), PythonRepr.Of(JsonNode.Parse(lines[i])));
        }
    }

    [Fact]
    public void Depth_is_cut_off_so_that_an_error_text_stays_short()
    {
        var deep = JsonNode.Parse(string.Concat(Enumerable.Repeat("[", 60)) + string.Concat(Enumerable.Repeat("]", 60)));
        Assert.Equal("[[[[[[[[...]]]]]]]]", PythonRepr.Of(deep));
    }
}
