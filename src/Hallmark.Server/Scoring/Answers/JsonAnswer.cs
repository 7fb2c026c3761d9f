using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hallmark.Inference.Runners;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Answers;

/// <summary>Writes JSON with its length, so that a client knows a cut answer from a whole one.</summary>
internal static class JsonAnswer
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/json";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes what a function writes.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var writer = new Utf8JsonWriter(buffer, Options);
        await using (writer.ConfigureAwait(false))
        {
            write(writer);
        }

        await WriteAsync(context, buffer.WrittenMemory).ConfigureAwait(false);
    }

    /// <summary>Writes an answer of another server as it came: status, type and bytes.</summary>
    public static async Task WriteAsync(HttpContext context, RawAnswer raw)
    {
        context.Response.StatusCode = raw.Status;
        context.Response.ContentType = raw.ContentType;
        context.Response.ContentLength = raw.Body.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.Body.WriteAsync(raw.Body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Writes JSON that is there already.</summary>
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> utf8)
    {
        context.Response.ContentType = MediaType;
        context.Response.ContentLength = utf8.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.Body.WriteAsync(utf8, context.RequestAborted).ConfigureAwait(false);
    }
}
