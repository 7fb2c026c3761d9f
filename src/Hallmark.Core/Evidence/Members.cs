using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Core.Evidence;

/// <summary>Reads members out of an <see cref="EvidenceDocument"/>, which may hold anything.</summary>
internal static class Members
{
    /// <summary>The member of an object, or null where there is none or the value is no object.</summary>
    internal static JsonElement? Find(JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var member) ? member : null;

    /// <summary>The member of an object where it is itself an object.</summary>
    internal static JsonElement? FindObject(JsonElement? value, string name) =>
        Find(value, name) is { ValueKind: JsonValueKind.Object } member ? member : null;

    /// <summary>The member of an object where it is a list.</summary>
    internal static JsonElement? FindList(JsonElement? value, string name) =>
        Find(value, name) is { ValueKind: JsonValueKind.Array } member ? member : null;

    /// <summary>The member of an object where it is a string.</summary>
    internal static string? FindText(JsonElement? value, string name) =>
        Find(value, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    /// <summary>The integer of a number; one beyond 64 bits is the largest or smallest there is. Null for fractions and anything else.</summary>
    internal static long? FindInteger(JsonElement? value, string name)
    {
        if (Find(value, name) is not { ValueKind: JsonValueKind.Number } number)
        {
            return null;
        }

        if (number.TryGetInt64(out var integer))
        {
            return integer;
        }

        var wide = number.GetDouble();
        return Math.Floor(wide) != wide ? null
            : wide > 0 ? long.MaxValue
            : long.MinValue;
    }

    /// <summary>The items of a list, or none.</summary>
    internal static JsonElement[] Items(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [];

    /// <summary>The value as a tree.</summary>
    internal static JsonNode? ToNode(JsonElement? value) =>
        value switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.Object } members => JsonObject.Create(members),
            { ValueKind: JsonValueKind.Array } items => JsonArray.Create(items),
            { } scalar => JsonValue.Create(scalar),
        };

    /// <summary>The value as Python's <c>repr</c> shows it.</summary>
    internal static string Repr(JsonElement? value) => PythonRepr.Of(ToNode(value));

    /// <summary>The value as Python's <c>str</c> shows it: strings as they are.</summary>
    internal static string Str(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString()! : Repr(value); // ! a string has text
}
