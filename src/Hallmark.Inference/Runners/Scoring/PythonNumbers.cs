using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>
/// JSON as Python writes it, and with it MLflow's scoring server: where a number is none, <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> stand bare. All else is read as
/// strictly as any other JSON.
/// </summary>
internal static class PythonNumbers
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int PrefixLength = 10;

    /// <summary>Reads one JSON text.</summary>
    /// <param name="utf8">The text, whole.</param>
    /// <param name="node">The value, in which such numbers are doubles; null on a false result.</param>
    /// <returns>False where the text is no JSON in this sense either.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out JsonNode? node)
    {
        // While the rest is read, each stands as a text that nobody can have put there: it is drawn now.
        var prefix = RandomNumberGenerator.GetString(Letters, PrefixLength);
        if (!StrictJson.TryParse(Mark(utf8, Encoding.ASCII.GetBytes(prefix)), out node, out _) || !TryReplace(ref node, prefix))
        {
            node = null;
            return false;
        }

        return true;
    }

    private static ReadOnlySpan<byte> Mark(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> prefix)
    {
        var marked = new ArrayBufferWriter<byte>(utf8.Length + 64);
        var isText = false;
        while (!utf8.IsEmpty)
        {
            var (length, mark) = isText ? (utf8[0] == '\\' && utf8.Length > 1 ? 2 : 1, default) : FindToken(utf8);
            if (mark != default)
            {
                marked.Write("\""u8);
                marked.Write(prefix);
                marked.Write([mark, (byte)'"']);
            }
            else
            {
                isText ^= utf8[0] == '"';
                marked.Write(utf8[..length]);
            }

            utf8 = utf8[length..];
        }

        return marked.WrittenSpan;
    }

    private static (int Length, byte Mark) FindToken(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("NaN"u8) ? (3, (byte)'n')
        : rest.StartsWith("Infinity"u8) ? (8, (byte)'+')
        : rest.StartsWith("-Infinity"u8) ? (9, (byte)'-')
        : (1, default);

    // False where one stands as a name.
    private static bool TryReplace(ref JsonNode? node, string prefix)
    {
        switch (node)
        {
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    var item = items[i];
                    if (!TryReplace(ref item, prefix))
                    {
                        return false;
                    }

                    if (!ReferenceEquals(item, items[i]))
                    {
                        items[i] = item;
                    }
                }

                return true;
            case JsonObject members:
                foreach (var (name, member) in members.ToList())
                {
                    var value = member;
                    if (name.StartsWith(prefix, StringComparison.Ordinal) || !TryReplace(ref value, prefix))
                    {
                        return false;
                    }

                    if (!ReferenceEquals(value, member))
                    {
                        members[name] = value;
                    }
                }

                return true;
            case JsonValue text when text.TryGetValue(out string? word) && word.StartsWith(prefix, StringComparison.Ordinal):
                node = JsonValue.Create(
                    word[^1] switch
                    {
                        'n' => double.NaN,
                        '+' => double.PositiveInfinity,
                        _ => double.NegativeInfinity,
                    }
                );
                return true;
            default:
                return true;
        }
    }
}
