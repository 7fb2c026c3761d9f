using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Server.Scoring.Answers;

namespace Hallmark.Server.Scoring.Mlflow;

/// <summary>Reads the JSON of a request so that the hash in its receipt speaks for exactly this input.</summary>
internal static class BodyJson
{
    /// <summary>The largest integer that hashing keeps (RFC 8785 §3.2.2.3: numbers are doubles).</summary>
    private const long MaxExact = (1L << 53) - 1;

    private static readonly JsonReaderOptions Deep = new() { MaxDepth = StrictJson.MaxDepth + 1 };

    /// <summary>Reads a body.</summary>
    /// <exception cref="RefusedRequestException">400: empty, or an integer that its hash would not tell from its neighbour.</exception>
    /// <exception cref="JsonRejectedException">Refused by <see cref="StrictJson"/>.</exception>
    public static JsonNode? Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            throw RefusedRequestException.BadRequest("the body is empty");
        }

        var node = StrictJson.Parse(utf8);
        RequireExactIntegers(utf8);
        return node;
    }

    private static void RequireExactIntegers(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Deep);
        while (reader.Read())
        {
            // Shorter ones are below 2^53, and what has a point or an exponent is a double to everybody.
            if (
                reader.TokenType is JsonTokenType.Number
                && reader.ValueSpan.Length > 15
                && !reader.ValueSpan.ContainsAny(".eE"u8)
                && !(reader.TryGetInt64(out var integer) && integer is >= -MaxExact and <= MaxExact)
            )
            {
                throw RefusedRequestException.InvalidValue(
                    $"the integer at byte {reader.TokenStartIndex} is beyond ±(2^53-1), and a receipt could not tell it from its neighbour: only as a text can a model have it"
                );
            }
        }
    }
}
