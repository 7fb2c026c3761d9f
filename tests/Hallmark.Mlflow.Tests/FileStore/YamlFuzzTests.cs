using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hallmark.Mlflow.FileStore;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>
/// Random texts, made of what YAML trips over, between us and PyYAML in both directions. A text that MLflow reads as another one is a tag or a source that nobody wrote; one that we read as
/// another is a record that never verifies.
/// </summary>
public sealed class YamlFuzzTests
{
    private const string SystemPyYaml = "/usr/lib/python3/dist-packages/yaml/__init__.py";
    private const int Count = 4_000;

    private static readonly string[] Shards =
    [
        " ",
        "  ",
        "\n",
        "\n\n",
        "\n ",
        "\t",
        "\r",
        "\r\n",
        ":",
        ": ",
        " #",
        "- ",
        "? ",
        "'",
        "\"",
        "\\",
        "\\n",
        "\\x",
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "%",
        "@",
        "`",
        "---",
        "...",
        "null",
        "~",
        "true",
        "no",
        "0x1F",
        "1e3",
        "1:30",
        "2026-11-21",
        ".nan",
        "<<",
        "=",
        "a",
        "word",
        "größe",
        "漢",
        "😀",
        "\u00a0",
        "\u007f",
        "\u001b",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ud7ff",
        "\ue000",
        "word word word word word word word word word word word word word word word word word word word word",
    ];

    [PeerFact(SystemPyYaml)]
    public void Texts_at_random_that_we_write_are_read_by_PyYAML_as_what_they_were()
    {
        var texts = Texts(20261121);
        var map = new YamlMap(
            new Dictionary<string, YamlNode>
            {
                ["values"] = new YamlMap(
                    texts.Select((text, i) => (text, i)).ToDictionary(pair => "k" + pair.i, pair => (YamlNode)YamlScalar.Of(pair.text))
                ),
                ["list"] = new YamlList([.. texts.Take(500).Select(YamlScalar.Of)]),
                ["keys"] = new YamlMap(
                    texts
                        .Take(1_500)
                        .Where(text => text.Length > 0)
                        .Distinct()
                        .ToDictionary(text => text, text => (YamlNode)YamlScalar.Of(text))
                ),
            }
        );
        var read = JsonDocument
            .Parse(
                Python(
                    "import sys,json,yaml; json.dump(yaml.load(sys.stdin.buffer.read(), yaml.CSafeLoader if hasattr(yaml, 'CSafeLoader') else yaml.SafeLoader), sys.stdout)",
                    YamlWriter.Write(map)
                )
            )
            .RootElement;
        for (var i = 0; i < texts.Count; i++)
        {
            Assert.Equal(texts[i], read.GetProperty("values").GetProperty("k" + i).GetString());
        }

        Assert.Equal(texts.Take(500), read.GetProperty("list").EnumerateArray().Select(item => item.GetString()));
        Assert.All(read.GetProperty("keys").EnumerateObject(), pair => Assert.Equal(pair.Name, pair.Value.GetString()));
        Assert.Equal(((YamlMap)map.Entries["keys"]).Entries.Count, read.GetProperty("keys").EnumerateObject().Count());
    }

    [PeerFact(SystemPyYaml)]
    public void Texts_at_random_that_PyYAML_writes_are_read_by_us_as_what_they_were()
    {
        var texts = Texts(4711);
        foreach (var unicode in new[] { "True", "False" })
        {
            var yaml = Python(
                $"import sys,json,yaml; print(yaml.safe_dump(json.load(sys.stdin), default_flow_style=False, allow_unicode={unicode}), end='')",
                JsonSerializer.Serialize(texts.Select((text, i) => (text, i)).ToDictionary(pair => "k" + pair.i, pair => pair.text))
            );
            var read = YamlReader.Read(yaml, "test").Entries;
            Assert.Equal(texts.Count, read.Count);
            var wrong = texts
                .Where((text, i) => read["k" + i] is not YamlScalar scalar || (scalar.Text != text && !IsNull(scalar, text)))
                .ToList();
            Assert.Equal([], wrong.Select(text => JsonSerializer.Serialize(text)).Take(5));
        }
    }

    [Fact]
    public void What_we_write_we_read_back_and_writing_it_again_changes_no_byte()
    {
        foreach (var text in Texts(99))
        {
            var written = YamlWriter.Write(new YamlMap(new Dictionary<string, YamlNode> { ["a"] = YamlScalar.Of(text) }));
            var read = YamlReader.Read(written, "test");
            Assert.Equal(text, ((YamlScalar)read.Entries["a"]).Text);
            Assert.Equal(text, ((YamlScalar)YamlReader.Read(YamlWriter.Write(read), "test").Entries["a"]).Text);
        }
    }

    // Texts are strings to PyYAML too: "null" comes quoted, and a plain null of ours would be none.
    private static bool IsNull(YamlScalar scalar, string text) => scalar.IsNull && text.Length == 0;

    private static List<string> Texts(int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, Count)
                .Select(_ => string.Concat(Enumerable.Range(0, 1 + random.Next(6)).Select(_ => Shards[random.Next(Shards.Length)]))),
        ];
    }

    private static string Python(string script, string input)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-X", "utf8", "-I", "-c", script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.Result;
    }
}
