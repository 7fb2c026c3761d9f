using System.Text.Json;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.OpenInference;

/// <summary>What the server and its model say of themselves: <c>/v2</c>, <c>/v2/models/{name}</c>, and whether they are there.</summary>
internal sealed class ModelDescription(IScoringModel model, ModelPlace place, string serverVersion, Func<bool> isReady)
{
    private static readonly IReadOnlyList<long> OpenShape = [-1];

    /// <summary>The server.</summary>
    public Task DescribeServerAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(
            context,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("name", "hallmark");
                writer.WriteString("version", serverVersion);
                writer.WriteStartArray("extensions");
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        );

    /// <summary>The model.</summary>
    public Task DescribeModelAsync(HttpContext context)
    {
        place.Require(context);
        return JsonAnswer.WriteAsync(
            context,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("name", place.Name);
                writer.WriteStartArray("versions");
                writer.WriteStringValue(place.Version);
                writer.WriteEndArray();
                writer.WriteString("platform", "hallmark_" + model.Kind);
                WriteFields(writer, "inputs", model.Inputs, static field => field.Name);
                WriteFields(writer, "outputs", model.Outputs, OutputTensors.NameOf);
                writer.WriteEndObject();
            }
        );
    }

    /// <summary>Whether the process runs.</summary>
    public static Task SayLiveAsync(HttpContext context) => SayAsync(context, "live", isTrue: true);

    /// <summary>Whether predictions are taken: not while what runs the model is gone, and not any more once the server stops.</summary>
    public Task SayReadyAsync(HttpContext context) => SayAsync(context, "ready", isReady());

    /// <summary>The same for a model named in the path.</summary>
    public Task SayModelReadyAsync(HttpContext context)
    {
        place.Require(context);
        return SayAsync(context, "ready", isReady());
    }

    /// <summary>Writes the member <c>shape</c>.</summary>
    public static void WriteShape(Utf8JsonWriter writer, IReadOnlyList<long> shape)
    {
        writer.WriteStartArray("shape");
        foreach (var size in shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
    }

    private static Task SayAsync(HttpContext context, string member, bool isTrue)
    {
        context.Response.StatusCode = isTrue ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonAnswer.WriteAsync(
            context,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteBoolean(member, isTrue);
                writer.WriteEndObject();
            }
        );
    }

    private static void WriteFields(Utf8JsonWriter writer, string member, IReadOnlyList<ModelField> fields, Func<ModelField, string> nameOf)
    {
        writer.WriteStartArray(member);
        foreach (var field in fields)
        {
            writer.WriteStartObject();
            writer.WriteString("name", nameOf(field));
            writer.WriteString("datatype", field.DataType);
            WriteShape(writer, field.Shape ?? OpenShape);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
