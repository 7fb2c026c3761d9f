using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Predictions.Salted;

/// <summary>One field of one prediction, laid open: <c>hallmark/field-disclosure/v1</c> (docs/formats/predictions.md). It is proven against the prediction's record and says nothing of other fields.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record FieldDisclosure
{
    /// <summary>The value of the member <c>format</c>.</summary>
    public const string Format = "hallmark/field-disclosure/v1";

    /// <summary>Most bytes of a disclosure that is read.</summary>
    public const int MaxSizeInBytes = 16 << 20;

    /// <summary>The prediction.</summary>
    public required string DecisionId { get; init; }

    /// <summary><see cref="FieldSalt.Input"/> or <see cref="FieldSalt.Output"/>.</summary>
    public required string Side { get; init; }

    /// <summary>The field's name.</summary>
    public required string Field { get; init; }

    /// <summary>The field's salt.</summary>
    public required ReadOnlyMemory<byte> Salt { get; init; }

    /// <summary>The field's value.</summary>
    public required JsonNode? Value { get; init; }

    /// <summary>Writes it in canonical form.</summary>
    public byte[] Write()
    {
        using var writer = new CanonicalJsonWriter();
        writer.StartObject().Name("decision_id").Text(DecisionId).Name("field").Text(Field).Name("format").Text(Format);
        writer.Name("salt").Text(Convert.ToHexStringLower(Salt.Span)).Name("side").Text(Side).Name("value").Node(Value);
        return writer.EndObject().ToArray();
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="BadInputException">It is none.</exception>
    public static FieldDisclosure Read(ReadOnlySpan<byte> utf8)
    {
        if (
            utf8.Length > MaxSizeInBytes
            || !StrictJson.TryParse(utf8, out var node, out _)
            || node is not JsonObject { Count: 6 } members
            || Text(members, "format") != Format
            || Text(members, "decision_id") is not { } decision
            || Text(members, "field") is not { } field
            || Text(members, "side") is not { } side
            || side is not (FieldSalt.Input or FieldSalt.Output)
            || !members.ContainsKey("value")
            || ReadSalt(Text(members, "salt")) is not { } salt
        )
        {
            throw new BadInputException($"it is no disclosure of a field ({Format})");
        }

        return new FieldDisclosure
        {
            DecisionId = decision,
            Side = side,
            Field = field,
            Salt = salt,
            Value = members["value"]?.DeepClone(),
        };
    }

    /// <summary>Why a prediction's payload does not bear it out; null where it does.</summary>
    /// <param name="payload">The payload of mlflow-events.md §7.2, from a record that was verified.</param>
    public string? FindFault(JsonObject payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (Text(payload, "decision_id") != DecisionId)
        {
            return $"the record is of prediction {Text(payload, "decision_id")}, the disclosure of {DecisionId}";
        }

        if (payload[SaltedSide.Member] is not JsonObject sides || sides[Side] is not JsonObject commitments)
        {
            return "the prediction was not committed to field by field";
        }

        return Text(commitments, Field) is not { } committed ? $"the {Side} has no field \"{Field}\""
            : FieldCommitment.HashOf(commitments) != Text(payload, Side + "_hash") ? $"the commitments are not those of the {Side}'s hash"
            : FieldCommitment.Of(Salt.Span, Side, Field, Value) != committed ? $"the {Side}'s field \"{Field}\" had another value or salt"
            : null;
    }

    private static byte[]? ReadSalt(string? hex) =>
        hex is { Length: 2 * FieldSalt.SizeInBytes } && hex.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(hex) : null;

    private static string? Text(JsonObject members, string name) =>
        members[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
