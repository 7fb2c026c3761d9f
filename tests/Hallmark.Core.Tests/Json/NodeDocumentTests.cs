using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Json;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Json;

/// <summary>
/// Whole documents, sound and damaged, before a real ECMAScript engine: what we accept it accepts, with the same canonical form; what we refuse as no JSON it refuses. Otherwise two tools
/// would read two things out of one signed text.
/// </summary>
public sealed class NodeDocumentTests
{
    // One line of base64 in, one line out: "-" for no JSON, "~" for JSON with a number or text that has no canonical form, else the canonical form in base64.
    private const string Script = """
        const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        const write = v => {
          if (typeof v === 'string') { if (!v.isWellFormed()) throw 1; return JSON.stringify(v); }
          if (typeof v === 'number') { if (!Number.isFinite(v)) throw 1; return JSON.stringify(v); }
          if (Array.isArray(v)) return '[' + v.map(write).join(',') + ']';
          if (v && typeof v === 'object') return '{' + Object.keys(v).sort((a, b) => a < b ? -1 : 1).map(k => write(k) + ':' + write(v[k])).join(',') + '}';
          return JSON.stringify(v);
        };
        const lines = require('fs').readFileSync(0, 'latin1').split('\n');
        process.stdout.write(lines.map(line => {
          let value;
          try { value = JSON.parse(strict.decode(Buffer.from(line, 'base64'))); } catch { return '-'; }
          try { return Buffer.from(write(value), 'utf8').toString('base64'); } catch { return '~'; }
        }).join('\n'));
        """;

    // What damages JSON most tellingly.
    private static readonly string[] Shards =
    [
        "\"",
        "\\",
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        "-",
        "+",
        ".",
        "e",
        "0",
        "1",
        "00",
        "1e999",
        "-0",
        " ",
        "\t",
        "\n",
        "\u00a0",
        "\ufeff",
        "\u2028",
        "\0",
        "\u001f",
        "\\u",
        "\\uD800",
        "\\udc00",
        "\\uD83D\\uDE00",
        "\\x",
        "\\/",
        "/**/",
        "//",
        "null",
        "nul",
        "true",
        "NaN",
        "Infinity",
        "\"a\":1,",
        "\"__proto__\":1,",
        "'",
        "😀",
    ];

    private static readonly JsonSerializerOptions Spacious = new() { WriteIndented = true };

    private static readonly JsonFault[] NoJson =
    [
        JsonFault.Syntax,
        JsonFault.UnexpectedEnd,
        JsonFault.TrailingBytes,
        JsonFault.ByteOrderMark,
        JsonFault.InvalidUtf8,
        JsonFault.ControlCharacter,
        JsonFault.BadEscape,
        JsonFault.BadNumber,
    ];

    [PeerFact("node")]
    public async Task Every_document_is_read_as_a_real_engine_reads_it_or_refused_where_it_refuses()
    {
        var random = new Random(20261121);
        var documents = Enumerable.Range(0, 12_000).Select(_ => Document(random)).ToList();
        var answers = await AskNodeAsync(documents);
        Assert.Equal(documents.Count, answers.Length);
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < documents.Count; i++)
        {
            var shown = Convert.ToBase64String(documents[i]);
            try
            {
                var canonical = Convert.ToBase64String(CanonicalJson.Canonicalize(documents[i], DuplicateNames.KeepLast));
                Assert.True(canonical == answers[i], $"{shown}: ours {canonical}, node {answers[i]}");
                accepted++;
            }
            catch (JsonRejectedException refusal)
            {
                // A number beyond all doubles or half a character is JSON to an engine; what else is wrong behind it the engine says as we would have.
                Assert.True(
                    NoJson.Contains(refusal.Fault) ? answers[i] == "-" : answers[i] is "~" or "-",
                    $"{shown}: {refusal.Message}, node {answers[i]}"
                );
                Assert.InRange(refusal.Offset, 0, documents[i].Length);
                refused++;
            }
        }

        Assert.InRange(accepted, 2_000, 11_000);
        Assert.InRange(refused, 1_000, 10_000);
    }

    private static byte[] Document(Random random)
    {
        var node = RandomJson.Node(random, 3);
        var text = JsonSerializer.Serialize(node, random.Next(2) == 0 ? Spacious : JsonSerializerOptions.Default);
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            var shard = Shards[random.Next(Shards.Length)];
            text = random.Next(3) switch
            {
                0 => text.Insert(at, shard),
                1 => text.Remove(Math.Min(at, text.Length - 1), 1) is { Length: > 0 } shorter ? shorter : "1",
                _ => text[..at] + shard + text[Math.Min(at + 1, text.Length)..],
            };
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (random.Next(10) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static async Task<string[]> AskNodeAsync(IEnumerable<byte[]> documents)
    {
        using var node = Process.Start(
            new ProcessStartInfo(PeerFactAttribute.FindProgram("node")!, ["-e", Script])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var answer = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(string.Join('\n', documents.Select(Convert.ToBase64String)));
        node.StandardInput.Close();
        var lines = (await answer).Split('\n');
        await node.WaitForExitAsync();
        return lines;
    }
}
