using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Core.Json;

/// <summary>Writes trees of <see cref="JsonNode"/> in canonical form. It recurses, but never deeper than <see cref="StrictJson.MaxDepth"/>.</summary>
internal static class NodeWriter
{
    /// <summary>Writes a value where the buffer stands.</summary>
    /// <exception cref="JsonRejectedException">The value has no canonical form.</exception>
    internal static void Write(JsonNode? node, CanonicalBuffer buffer)
    {
        switch (node)
        {
            case null:
                CanonicalValues.WriteRaw(buffer, "null"u8);
                break;
            case JsonObject members:
                CanonicalValues.Open(buffer, isObject: true);
                WriteMembers(members, buffer);
                CanonicalValues.CloseObject(buffer);
                break;
            case JsonArray items:
                CanonicalValues.Open(buffer, isObject: false);
                foreach (var item in items)
                {
                    CanonicalValues.WriteComma(buffer);
                    Write(item, buffer);
                }

                CanonicalValues.CloseArray(buffer);
                break;
            default:
                WriteScalar(node.AsValue(), buffer);
                break;
        }
    }

    /// <summary>Writes the members of an object that is already open.</summary>
    internal static void WriteMembers(JsonObject members, CanonicalBuffer buffer)
    {
        foreach (var (name, value) in members)
        {
            CanonicalValues.WriteName(buffer, name);
            Write(value, buffer);
            buffer.EndMember();
        }
    }

    private static void WriteScalar(JsonValue value, CanonicalBuffer buffer)
    {
        // What was parsed is written from its own text, so that this way and the way from bytes agree.
        if (value.TryGetValue(out JsonElement element))
        {
            CanonicalScanner.AppendScalar(JsonMarshal.GetRawUtf8Value(element), buffer);
        }
        else if (value.TryGetValue(out string? text) && value.GetValueKind() == JsonValueKind.String)
        {
            CanonicalValues.WriteString(buffer, text);
        }
        else if (value.TryGetValue(out bool flag))
        {
            CanonicalValues.WriteRaw(buffer, flag ? "true"u8 : "false"u8);
        }
        else if (value.TryGetValue(out double number))
        {
            CanonicalValues.WriteNumber(buffer, number);
        }
        else if (FindInteger(value) is { } integer)
        {
            CanonicalValues.WriteInteger(buffer, integer);
        }
        else
        {
            throw new JsonRejectedException(value.TryGetValue(out ulong _) ? JsonFault.InexactInteger : JsonFault.UnsupportedValue, -1);
        }
    }

    private static long? FindInteger(JsonValue value) =>
        value.TryGetValue(out int small) ? small
        : value.TryGetValue(out long large) ? large
        : value.TryGetValue(out uint unsigned) ? unsigned
        : value.TryGetValue(out ulong largest) && largest <= long.MaxValue ? (long)largest
        : value.TryGetValue(out short two) ? two
        : value.TryGetValue(out ushort unsignedTwo) ? unsignedTwo
        : value.TryGetValue(out byte one) ? one
        : value.TryGetValue(out sbyte signedOne) ? signedOne
        : null;
}
