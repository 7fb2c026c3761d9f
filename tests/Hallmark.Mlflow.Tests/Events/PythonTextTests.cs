using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>What the original writes and sorts with Python, we write and sort alike: its files beside ours must not differ in a byte that means nothing.</summary>
public sealed class PythonTextTests
{
    private static readonly string[] Pieces =
    [
        "a",
        "B",
        "\"",
        "\\",
        "\n",
        "\r\t\b\f",
        "\0",
        "\u001f",
        "\u007f",
        "é",
        "ﬓ", // U+FB13, above the surrogates
        "\uffff",
        "😀",
        "\U0010ffff",
        "\u2028",
        "/",
        "<>&'",
    ];

    [PeerFact("/usr/bin/python3")]
    public void Indented_files_are_written_as_Python_writes_them()
    {
        var random = new Random(20261121);
        var values = Enumerable.Range(0, 400).Select(_ => Value(random, 4)).ToList();
        var expected = Python(
            "import sys,json\nfor line in sys.stdin: print(json.dumps(json.dumps(json.loads(line), indent=2)))",
            string.Join('\n', values.Select(value => value?.ToJsonString() ?? "null"))
        );
        var lines = expected.TrimEnd('\n').Split('\n');
        Assert.Equal(values.Count, lines.Length);
        for (var i = 0; i < values.Count; i++)
        {
            Assert.Equal(JsonSerializer.Deserialize<string>(lines[i]), IndentedJson.Write(values[i]));
        }
    }

    [PeerFact("/usr/bin/python3")]
    public void Texts_are_sorted_as_Python_sorts_them()
    {
        var random = new Random(4711);
        var texts = Enumerable.Range(0, 2_000).Select(_ => Text(random)).Distinct().ToArray();
        var expected = JsonSerializer.Deserialize<string[]>(
            Python("import sys,json; print(json.dumps(sorted(json.load(sys.stdin))))", JsonSerializer.Serialize(texts))
        );
        Array.Sort(texts, CodePointOrder.Instance);
        Assert.Equal(expected, texts);
    }

    [Fact]
    public void The_order_of_texts_is_an_order()
    {
        var random = new Random(1);
        string?[] texts = [null, "", "\ud800", "\udc00", "\ud83d", "\uffff", .. Enumerable.Range(0, 60).Select(_ => Text(random))];
        var order = CodePointOrder.Instance;
        foreach (var a in texts)
        {
            Assert.Equal(0, order.Compare(a, a));
            foreach (var b in texts)
            {
                Assert.Equal(Math.Sign(order.Compare(a, b)), -Math.Sign(order.Compare(b, a)));
                Assert.Equal((a ?? "") == (b ?? ""), order.Compare(a, b) == 0);
                foreach (var c in texts)
                {
                    Assert.False(order.Compare(a, b) < 0 && order.Compare(b, c) < 0 && order.Compare(a, c) >= 0);
                }
            }
        }

        Assert.True(order.Compare("\ufb33", "😀") < 0);
    }

    [Theory]
    [InlineData("null", false)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("-0.0", false)]
    [InlineData("\"\"", false)]
    [InlineData("[]", false)]
    [InlineData("{}", false)]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("1e-300", true)]
    [InlineData("\"0\"", true)]
    [InlineData("\"false\"", true)]
    [InlineData("[0]", true)]
    [InlineData("{\"a\":null}", true)]
    public void True_is_what_Python_calls_true(string json, bool isTrue) =>
        Assert.Equal(isTrue, CallerMembers.IsTruthy(JsonNode.Parse(json)));

    private static JsonNode? Value(Random random, int depth) =>
        random.Next(depth > 0 ? 7 : 5) switch
        {
            0 => null,
            1 => random.Next(2) == 0,
            2 => random.NextInt64(-(1L << 53), 1L << 53),
            3 or 4 => Text(random),
            5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))]),
            _ => new JsonObject(
                Enumerable.Range(0, random.Next(5)).Select(i => KeyValuePair.Create($"{i}{Text(random)}", Value(random, depth - 1)))
            ),
        };

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Python(string script, string input)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-X", "utf8", "-I", "-c", script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Result;
    }
}
