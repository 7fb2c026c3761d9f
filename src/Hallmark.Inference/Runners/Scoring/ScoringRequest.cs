using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>Writes an input as the body of MLflow's <c>POST /invocations</c> (mlflow.md §5). Its length is always known: some servers lose a chunked body.</summary>
internal static class ScoringRequest
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = StrictJson.MaxDepth + 2,
    };

    /// <exception cref="ModelInputException">The input has no such form, or is larger than allowed.</exception>
    public static HttpContent Write(ModelInput input, ModelSignature signature, int maxBytes)
    {
        var (body, type) = input.Form is InputForm.Csv ? (Csv(input), "text/csv") : (Json(input, signature), "application/json");
        if (body.Length > maxBytes)
        {
            throw new ModelInputException(
                $"the input has {body.Length} bytes; at most {maxBytes} go to the model",
                "send fewer rows at a time"
            );
        }

        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    private static ReadOnlyMemory<byte> Csv(ModelInput input)
    {
        if (input.Parameters is { Count: > 0 })
        {
            throw new ModelInputException("an input as CSV cannot have parameters", "send it as dataframe_split or dataframe_records");
        }

        try
        {
            return input.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0
                ? StrictUtf8.GetBytes(text)
                : throw new ModelInputException("an input as CSV is a text with a line of names");
        }
        catch (EncoderFallbackException)
        {
            throw new ModelInputException("the input's CSV is no well-formed text");
        }
    }

    private static ReadOnlyMemory<byte> Json(ModelInput input, ModelSignature signature)
    {
        if (input.Value is null)
        {
            throw new ModelInputException("the input is null");
        }

        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            using var writer = new Utf8JsonWriter(buffer, Options);
            writer.WriteStartObject();
            WriteInput(writer, input, signature);
            if (input.Parameters is { Count: > 0 } parameters)
            {
                writer.WritePropertyName("params");
                parameters.WriteTo(writer);
            }

            writer.WriteEndObject();
        }
        catch (ArgumentException fault)
        {
            throw new ModelInputException($"the input has no JSON form: {fault.Message}");
        }
        catch (InvalidOperationException)
        {
            throw new ModelInputException($"the input is nested deeper than {StrictJson.MaxDepth} levels");
        }

        return buffer.WrittenMemory;
    }

    private static void WriteInput(Utf8JsonWriter writer, ModelInput input, ModelSignature signature)
    {
        switch (input.Form)
        {
            case InputForm.Plain when input.Value is JsonObject named:
                WriteOneRow(writer, named);
                return;
            case InputForm.OpenInference:
                writer.WritePropertyName("inputs");
                TensorInputs.Read(input.Value).WriteTo(writer, signature);
                return;
            default:
                writer.WritePropertyName(MemberOf(input.Form));
                input.Value!.WriteTo(writer);
                return;
        }
    }

    private static void WriteOneRow(Utf8JsonWriter writer, JsonObject named)
    {
        writer.WriteStartObject("dataframe_split");
        writer.WriteStartArray("columns");
        foreach (var (name, _) in named)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data");
        writer.WriteStartArray();
        foreach (var (_, value) in named)
        {
            if (value is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                value.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string MemberOf(InputForm form) =>
        form switch
        {
            InputForm.DataframeSplit => "dataframe_split",
            InputForm.DataframeRecords => "dataframe_records",
            InputForm.Instances => "instances",
            InputForm.Inputs or InputForm.Plain => "inputs",
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "No such form."),
        };
}
