using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hallmark.Mlflow.FileStore;

/// <summary>A YAML value, as PyYAML writes Python's, as JSON text: plain <c>true</c>, numbers and <c>null</c> keep their kind, all else is a text.</summary>
internal static partial class YamlJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a value; its depth was bounded when it was read.</summary>
    public static string Write(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, node);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node)
        {
            case YamlMap map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.Entries)
                {
                    writer.WritePropertyName(key);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case YamlList list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case YamlScalar scalar:
                Write(writer, scalar);
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, YamlScalar scalar)
    {
        switch (scalar.IsPlain ? scalar.Text : null)
        {
            case null:
                writer.WriteStringValue(scalar.Text);
                break;
            case var _ when scalar.IsNull:
                writer.WriteNullValue();
                break;
            case "true":
                writer.WriteBooleanValue(true);
                break;
            case "false":
                writer.WriteBooleanValue(false);
                break;
            case ".nan":
                writer.WriteStringValue("NaN");
                break;
            case ".inf":
                writer.WriteStringValue("Infinity");
                break;
            case "-.inf":
                writer.WriteStringValue("-Infinity");
                break;
            case var number when JsonNumber().IsMatch(number):
                writer.WriteRawValue(number);
                break;
            case var text:
                writer.WriteStringValue(text);
                break;
        }
    }

    [GeneratedRegex(
        @"\A-?(0|[1-9][0-9]{0,308})(\.[0-9]{1,400}(e[+-]?[0-9]{1,3})?)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex JsonNumber();
}
