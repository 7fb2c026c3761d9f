using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Core.Tests.Json;

/// <summary>Random documents, and a slow and plain canonical writer to compare with.</summary>
internal static class RandomJson
{
    private static readonly string[] Pieces =
    [
        "a",
        "b",
        "name",
        "data/part-0001",
        "\"",
        "\\",
        "\n",
        "\u0001",
        "\0",
        "é",
        "€",
        "\uD7FF",
        "😀",
        "\uE000",
        "\uFFFD",
        "漢",
        "/",
        " ",
        "0123456789abcdef",
        "\u007f",
        "<",
        "\u2028",
    ];

    internal static JsonNode? Node(Random random, int depth) =>
        random.Next(depth > 0 ? 8 : 6) switch
        {
            0 => null,
            1 => random.Next(2) == 0,
            2 => random.Next(-100_000, 100_000),
            3 => Math.Round(random.NextDouble() * 1000, random.Next(8)),
            4 => random.NextDouble() * Math.Pow(10, random.Next(-30, 30)),
            5 => Text(random),
            6 => new JsonArray([.. Enumerable.Range(0, random.Next(6)).Select(_ => Node(random, depth - 1))]),
            _ => Object(random, depth),
        };

    internal static JsonNode? Shuffled(JsonNode? node, Random random)
    {
        switch (node)
        {
            case JsonObject members:
                var pairs = members.Select(member => KeyValuePair.Create(member.Key, Shuffled(member.Value, random))).ToArray();
                random.Shuffle(pairs);
                return new JsonObject(pairs);
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Shuffled(item, random))]);
            default:
                return node?.DeepClone();
        }
    }

    internal static string Reference(JsonNode? node) =>
        node switch
        {
            null => "null",
            JsonObject members => "{"
                + string.Join(
                    ',',
                    members
                        .OrderBy(member => member.Key, StringComparer.Ordinal)
                        .Select(member => Quote(member.Key) + ":" + Reference(member.Value))
                )
                + "}",
            JsonArray items => "[" + string.Join(',', items.Select(Reference)) + "]",
            _ => node.GetValueKind() switch
            {
                JsonValueKind.String => Quote((string)node!),
                JsonValueKind.Number => Number(double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture)),
                _ => node.ToJsonString(),
            },
        };

    private static JsonObject Object(Random random, int depth)
    {
        var members = new JsonObject();
        for (var i = random.Next(random.Next(8) == 0 ? 60 : 6); i > 0; i--)
        {
            members[Text(random)] = Node(random, depth - 1);
        }

        return members;
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            text.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\b' => "\\b",
                    '\t' => "\\t",
                    '\n' => "\\n",
                    '\f' => "\\f",
                    '\r' => "\\r",
                    < ' ' => $"\\u{(int)c:x4}",
                    _ => c.ToString(),
                }
            );
        }

        return text.Append('"').ToString();
    }

    /// <summary>By the definition of ECMAScript, from the scientific spelling with the fewest digits that reads back.</summary>
    internal static string Number(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        var (s, n) = Enumerable.Range(0, 17).Select(digits => ReadsBack(Math.Abs(value), digits)).First(found => found is not null)!.Value;
        var sign = value < 0 ? "-" : "";
        return n switch
        {
            _ when s.Length <= n && n <= 21 => sign + s + new string('0', n - s.Length),
            > 0 and <= 21 => sign + s[..n] + "." + s[n..],
            > -6 and <= 0 => sign + "0." + new string('0', -n) + s,
            _ => sign + s[0] + (s.Length > 1 ? "." + s[1..] : "") + "e" + (n - 1 < 0 ? "-" : "+") + Math.Abs(n - 1),
        };
    }

    /// <summary>The closest decimal of that many digits that reads back; next to a power of two it need not be the closest decimal of all.</summary>
    private static (string Digits, int Exponent)? ReadsBack(double value, int digitsBehindThePoint)
    {
        var text = value.ToString("E" + digitsBehindThePoint, CultureInfo.InvariantCulture);
        var k = text.IndexOf('E', StringComparison.Ordinal);
        var closest = long.Parse(text[..k].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var exponent = int.Parse(text[(k + 1)..], CultureInfo.InvariantCulture) - digitsBehindThePoint;
        foreach (var candidate in new[] { closest, closest + 1, closest - 1 })
        {
            if (candidate > 0 && double.Parse($"{candidate}e{exponent}", CultureInfo.InvariantCulture) == value)
            {
                return (
                    candidate.ToString(CultureInfo.InvariantCulture).TrimEnd('0'),
                    candidate.ToString(CultureInfo.InvariantCulture).Length + exponent
                );
            }
        }

        return null;
    }
}
