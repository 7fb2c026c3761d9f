using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hallmark.Mlflow.FileStore;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>YAML as PyYAML writes it is read; what we write, PyYAML reads as what we meant.</summary>
public sealed class YamlTests
{
    private const string SystemPyYaml = "/usr/lib/python3/dist-packages/yaml/__init__.py";

    private static readonly string[] Tricky =
    [
        "",
        " ",
        "a",
        "None",
        "null",
        "Null",
        "~",
        "true",
        "yes",
        "No",
        "on",
        "y",
        "N",
        "1",
        "-1",
        "0o7",
        "0x1f",
        "1_000",
        "1.5",
        ".5",
        "1e3",
        "1:30",
        "2026-11-21",
        "2026-11-21T00:41:30.474Z",
        ".inf",
        "-.INF",
        ".nan",
        "=",
        "<<",
        "-",
        "- a",
        "?",
        "? a",
        ":",
        "a:",
        "a: b",
        "a :b",
        "a:b",
        "a #b",
        "#a",
        "a#b",
        "'",
        "''",
        "it's",
        "\"",
        "\\",
        "\\n",
        "{a: b}",
        "[a]",
        "a, b",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "|-",
        "---",
        "...",
        "a\nb",
        "a\n",
        "\na",
        "a\n\n b\n",
        "\ta",
        "a\tb",
        "a\r\nb",
        "trailing ",
        " leading",
        "Größe – 世界 ✓ 🌸",
        "🌸",
        "\u0085",
        "\u00a0",
        "\u2028x",
        "\ufeff",
        "\u0007",
        "\u007f",
        "\u200d",
        "é: ü",
        "/srv/mlflow/x",
        "file:///srv/mlflow/m odel",
        "models:/m-9d8a",
        "C:\\x",
        new string('x', 300),
        string.Join(' ', Enumerable.Repeat("word", 100)),
        string.Concat(Enumerable.Repeat("it's \"so\" ", 40)),
        "{\"mlflow_colspec\": [{\"type\": \"double\"}]}",
        "0",
        "00",
        "+1",
        "1.",
        "1e",
        "e1",
        "0b1",
        "12345678901234567890",
        "_1",
        "1__0",
        "a  b",
        "x\u0000y",
    ];

    [Fact]
    public void What_is_written_reads_back()
    {
        var written = YamlWriter.Write(Document(Tricky));
        var read = Assert.IsType<YamlMap>(YamlReader.Read(written, "test"));
        var texts = Assert.IsType<YamlMap>(read.Entries["texts"]);
        for (var i = 0; i < Tricky.Length; i++)
        {
            var scalar = Assert.IsType<YamlScalar>(texts.Entries["k" + i]);
            Assert.Equal(Tricky[i], scalar.Text);
            Assert.False(scalar.IsNull);
        }

        Assert.Equal(written, YamlWriter.Write(read));
    }

    [Fact]
    public void Texts_at_random_read_back()
    {
        var random = new Random(7);
        var alphabet = "ab 01:#-'\"\\{}[],&*!|>%@`\n\t\r~=.\u0085\u00a0\u2028é世".EnumerateRunes().Append(new Rune(0x1F338)).ToArray();
        for (var round = 0; round < 3000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)].ToString()));
            var map = new YamlMap(new Dictionary<string, YamlNode> { ["a"] = YamlScalar.Of(text), ["k" + text] = YamlScalar.Of(3) });
            var read = YamlReader.Read(YamlWriter.Write(map), "test");
            Assert.Equal(text, ((YamlScalar)read.Entries["a"]).Text);
            Assert.Equal(YamlScalar.Of(3), read.Entries["k" + text]);
        }
    }

    [Fact]
    public void What_PyYAML_folded_is_unfolded()
    {
        var read = YamlReader
            .Read(
                "a: 'one\n  two'\nb: \"x\\\n  \\ y \\u2713 \\U0001F338 \\x41\"\nc: plain text\n  goes on\nd: 'para\n\n  graph it''s'\ne: ''\nf: null\ng:\nh: ~\ni: None\n"
                    + "? "
                    + new string('k', 200)
                    + "\n: long\nlist: []\nmap: {}\n",
                "test"
            )
            .Entries;
        Assert.Equal("one two", ((YamlScalar)read["a"]).Text);
        Assert.Equal("x y ✓ 🌸 A", ((YamlScalar)read["b"]).Text);
        Assert.Equal("plain text goes on", ((YamlScalar)read["c"]).Text);
        Assert.Equal("para\ngraph it's", ((YamlScalar)read["d"]).Text);
        Assert.Equal([false, true, true, true, false], new[] { "e", "f", "g", "h", "i" }.Select(key => ((YamlScalar)read[key]).IsNull));
        Assert.Equal("long", ((YamlScalar)read[new string('k', 200)]).Text);
    }

    [Theory]
    [InlineData("2.14")]
    [InlineData("2.22")]
    [InlineData("3.6")]
    public void Every_YAML_file_of_the_fixtures_survives_being_read_and_written(string version)
    {
        var files = Directory
            .GetFiles(ProjectFiles.TestData($"mlflow/{version}/file/mlruns"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/artifacts/", StringComparison.Ordinal))
            .ToArray();
        Assert.True(files.Length > 20);
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            var written = YamlWriter.Write(YamlReader.Read(text, file));
            Assert.Equal(Json(YamlReader.Read(text, file)), Json(YamlReader.Read(written, file)));
            if (
                !text.Contains("\n  ", StringComparison.Ordinal)
                && !text.Contains('"', StringComparison.Ordinal)
                && !file.Contains("assessments", StringComparison.Ordinal)
                && !text.Contains('–', StringComparison.Ordinal)
            )
            {
                Assert.Equal(text, written); // Byte for byte, but for folding.
            }
        }
    }

    [PeerFact(SystemPyYaml)]
    public void PyYAML_reads_what_we_wrote_as_what_we_meant()
    {
        var keys = Tricky.Where(text => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)).Distinct().ToArray();
        var map = new Dictionary<string, YamlNode>(
            Document([.. Tricky.Where(text => !text.Contains('\0', StringComparison.Ordinal))]).Entries
        )
        {
            ["keys"] = new YamlMap(keys.ToDictionary(key => key, key => (YamlNode)YamlScalar.Of(key))),
        };
        Assert.Equal(Json(new YamlMap(map)), Normal(PyYaml(YamlWriter.Write(new YamlMap(map)))));
    }

    [PeerFact(SystemPyYaml)]
    public void PyYAML_and_we_read_the_same_from_what_PyYAML_writes()
    {
        // U+0085 on its own is what PyYAML does not read back itself: it comes as a line end.
        var texts = Tricky
            .Where(text => !text.Contains('\0', StringComparison.Ordinal) && text != "\u0085")
            .Distinct()
            .Select((text, i) => (text, i))
            .ToDictionary(pair => "k" + pair.i, pair => pair.text);
        var yaml = Python(
            "import sys,json,yaml; print(yaml.safe_dump(json.load(sys.stdin), default_flow_style=False, allow_unicode=True), end='')",
            JsonSerializer.Serialize(texts)
        );
        var read = YamlReader.Read(yaml, "test").Entries;
        Assert.Equal(
            [],
            texts
                .Where(pair => ((YamlScalar)read[pair.Key]).Text != pair.Value)
                .Select(pair =>
                    JsonSerializer.Serialize(pair.Value) + " was read as " + JsonSerializer.Serialize(((YamlScalar)read[pair.Key]).Text)
                )
        );
    }

    [PeerFact(SystemPyYaml)]
    public void PyYAML_reads_the_rewritten_files_of_MLflow_as_it_read_the_originals()
    {
        foreach (
            var file in Directory
                .GetFiles(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "*.yaml", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/artifacts/", StringComparison.Ordinal))
                .Where((_, i) => i % 3 == 0)
        )
        {
            var text = File.ReadAllText(file);
            Assert.Equal(PyYaml(text), PyYaml(YamlWriter.Write(YamlReader.Read(text, file))));
        }
    }

    private static YamlMap Document(string[] texts) =>
        new(
            new Dictionary<string, YamlNode>
            {
                ["aliases"] = new YamlMap(new Dictionary<string, YamlNode>()),
                ["empty"] = new YamlList([]),
                ["list"] = new YamlList([.. texts.Select(YamlScalar.Of)]),
                ["number"] = YamlScalar.Of(1_795_221_690_457),
                ["negative"] = YamlScalar.Of(-3),
                ["nothing"] = YamlScalar.Null,
                ["texts"] = new YamlMap(
                    texts.Select((text, i) => (text, i)).ToDictionary(pair => "k" + pair.i, pair => (YamlNode)YamlScalar.Of(pair.text))
                ),
            }
        );

    private static string PyYaml(string yaml) =>
        Python("import sys,json,yaml; json.dump(yaml.safe_load(sys.stdin.buffer.read()), sys.stdout, sort_keys=True, default=str)", yaml);

    private static string Python(string script, string input)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-I", "-c", script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(false),
            Environment = { ["PYTHONUTF8"] = "1" },
        };
        start.ArgumentList.Insert(0, "-X");
        start.ArgumentList.Insert(1, "utf8");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }

    private static string Normal(string json) => Sorted(JsonDocument.Parse(json).RootElement);

    private static string Sorted(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => "{"
                + string.Join(
                    ',',
                    element
                        .EnumerateObject()
                        .OrderBy(p => p.Name, StringComparer.Ordinal)
                        .Select(p => Quote(p.Name) + ":" + Sorted(p.Value))
                )
                + "}",
            JsonValueKind.Array => "[" + string.Join(',', element.EnumerateArray().Select(Sorted)) + "]",
            JsonValueKind.String => Quote(element.GetString()!),
            _ => element.GetRawText(),
        };

    private static string Json(YamlNode node) =>
        node switch
        {
            YamlMap map => "{"
                + string.Join(
                    ',',
                    map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                        .Select(entry => Quote(entry.Key) + ":" + Json(entry.Value))
                )
                + "}",
            YamlList list => "[" + string.Join(',', list.Items.Select(Json)) + "]",
            YamlScalar { IsNull: true } => "null",
            YamlScalar { IsPlain: true, Text: var text } when long.TryParse(text, out _) => text,
            YamlScalar scalar => Quote(scalar.Text),
            _ => throw new InvalidOperationException(),
        };

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
