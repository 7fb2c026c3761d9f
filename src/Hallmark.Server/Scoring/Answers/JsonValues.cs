using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Server.Scoring.Answers;

/// <summary>Writes values of models. What JSON has no number for is a text: <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>, as in MLflow's REST answers.</summary>
internal static class JsonValues
{
    /// <summary>Writes a value; null as <c>null</c>.</summary>
    public static void Write(Utf8JsonWriter writer, JsonNode? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            default:
                WriteScalar(writer, value.AsValue());
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, JsonValue value)
    {
        var number =
            value.TryGetValue(out double wide) ? wide
            : value.TryGetValue(out float narrow) ? narrow
            : 0;
        if (double.IsFinite(number))
        {
            value.WriteTo(writer);
        }
        else
        {
            writer.WriteStringValue(
                double.IsNaN(number) ? "NaN"
                : number > 0 ? "Infinity"
                : "-Infinity"
            );
        }
    }
}
