using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Json;

/// <summary>RFC 8785 leaves numbers to ECMAScript: a real engine is the judge.</summary>
public class NodeNumberTests
{
    private const string DoublesScript = """
        const lines = require('fs').readFileSync(0, 'latin1').trim().split('\n');
        const view = new DataView(new ArrayBuffer(8));
        process.stdout.write(lines.map(line => { view.setBigUint64(0, BigInt('0x' + line)); return String(view.getFloat64(0)); }).join('\n'));
        """;

    private const string DecimalsScript = """
        const lines = require('fs').readFileSync(0, 'latin1').trim().split('\n');
        process.stdout.write(lines.map(line => String(JSON.parse(line))).join('\n'));
        """;

    [PeerFact("node")]
    public async Task Random_doubles_and_all_powers_of_two_are_spelled_as_node_spells_them()
    {
        var random = new Random(8785);
        var values = Enumerable
            .Range(0, 2046)
            .SelectMany(exponent => new[] { -1L, 0, 1 }.Select(step => ((long)exponent << 52) + step))
            .Where(bits => bits > 0)
            .Concat(Enumerable.Range(0, 20_000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)))
            .Concat(
                Enumerable
                    .Range(0, 20_000)
                    .Select(_ => BitConverter.DoubleToInt64Bits(random.NextDouble() * Math.Pow(10, random.Next(-8, 24))))
            )
            .Where(bits => double.IsFinite(BitConverter.Int64BitsToDouble(bits)))
            .ToArray();

        var spelled = await AskNodeAsync(DoublesScript, values.Select(bits => bits.ToString("x16")));
        Assert.Equal(values.Length, spelled.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var value = JsonValue.Create(BitConverter.Int64BitsToDouble(values[i]));
            Assert.Equal(spelled[i], Encoding.UTF8.GetString(CanonicalJson.Canonicalize(value)));
        }
    }

    [PeerFact("node")]
    public async Task Decimals_of_any_length_are_read_and_spelled_as_node_reads_and_spells_them()
    {
        var random = new Random(754);
        var texts = Enumerable.Range(0, 30_000).Select(_ => RandomDecimal.Text(random)).ToArray();
        var spelled = await AskNodeAsync(DecimalsScript, texts);
        Assert.Equal(texts.Length, spelled.Length);
        var refused = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            var isReadable = StrictJson.TryParse(Encoding.UTF8.GetBytes(texts[i]), out _, out var refusal);
            Assert.Equal(isReadable, !spelled[i].EndsWith("Infinity", StringComparison.Ordinal));
            Assert.True(isReadable || refusal!.Fault == JsonFault.NumberOverflow);
            refused += isReadable ? 0 : 1;
            if (isReadable)
            {
                Assert.Equal(spelled[i], Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(texts[i]))));
            }
        }

        Assert.InRange(refused, 100, texts.Length / 2);
    }

    private static async Task<string[]> AskNodeAsync(string script, IEnumerable<string> lines)
    {
        using var node = Process.Start(
            new ProcessStartInfo(PeerFactAttribute.FindProgram("node")!, ["-e", script])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var answer = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(string.Join('\n', lines));
        node.StandardInput.Close();
        var spelled = (await answer).Split('\n');
        await node.WaitForExitAsync();
        return spelled;
    }
}
