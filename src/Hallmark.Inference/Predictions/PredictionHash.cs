using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Predictions;

/// <summary>
/// Commits to the input and the output of one prediction as the original does (mlflow-events.md §7.1), so that its records and ours agree on the same values. Values are
/// JSON: a number is a double, as RFC 8785 has it.
/// </summary>
public static class PredictionHash
{
    /// <summary>The bytes that an input is hashed as: an object as it stands; a list, or a text taken as the list of its characters, and anything else under <c>features</c>.</summary>
    /// <exception cref="JsonRejectedException">The value has no canonical form.</exception>
    public static byte[] CanonicalInput(JsonNode? input) =>
        input switch
        {
            JsonObject named => CanonicalJson.Canonicalize(named),
            JsonValue value when value.TryGetValue<string>(out var text) => Wrap("features", Characters(text)),
            _ => Wrap("features", input),
        };

    /// <summary>The bytes that an output is hashed as: whatever it is, under <c>prediction</c>.</summary>
    /// <exception cref="JsonRejectedException">The value has no canonical form.</exception>
    public static byte[] CanonicalOutput(JsonNode? output) => Wrap("prediction", output);

    /// <summary>SHA-256 of <see cref="CanonicalInput"/>, 64 lower-case hex digits.</summary>
    public static string OfInput(JsonNode? input) =>
        input switch
        {
            JsonObject named => CanonicalJson.Sha256Hex(named),
            JsonValue value when value.TryGetValue<string>(out var text) => HashWrapped("features", Characters(text)),
            _ => HashWrapped("features", input),
        };

    /// <summary>SHA-256 of <see cref="CanonicalOutput"/>, 64 lower-case hex digits.</summary>
    public static string OfOutput(JsonNode? output) => HashWrapped("prediction", output);

    private static byte[] Wrap(string name, JsonNode? value)
    {
        using var writer = new CanonicalJsonWriter();
        return writer.StartObject().Name(name).Node(value).EndObject().ToArray();
    }

    private static string HashWrapped(string name, JsonNode? value)
    {
        using var writer = new CanonicalJsonWriter();
        return writer.StartObject().Name(name).Node(value).EndObject().Sha256Hex();
    }

    // Half a surrogate pair stays what it is, and is refused as it would be in any other text.
    private static JsonArray Characters(string text)
    {
        var characters = new JsonArray();
        for (var i = 0; i < text.Length; )
        {
            var length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            characters.Add((JsonNode)text.Substring(i, length));
            i += length;
        }

        return characters;
    }
}
