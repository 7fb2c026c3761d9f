using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Turns the bytes of an answer into JSON, or into what can be understood of an error (JSON, text, HTML, FastAPI's <c>detail</c>).</summary>
internal static class AnswerReader
{
    private const int MaxMessage = 300;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <exception cref="MlflowFormatException">A success that is no JSON object.</exception>
    public static MlflowAnswer Read(
        string request,
        HttpStatusCode status,
        string? mediaType,
        ReadOnlyMemory<byte> body,
        Func<string, string> blot
    )
    {
        if ((int)status is >= 200 and <= 299)
        {
            if (mediaType is not null && mediaType != "application/json")
            {
                throw new MlflowFormatException(
                    $"{request} was answered with {TextFromServer.Clean(blot(mediaType), 80)} and not with JSON: this is not an MLflow server, or a login page stands before it",
                    "check the tracking URI (MLFLOW_TRACKING_URI)"
                )
                {
                    MayPass = true,
                };
            }

            return new MlflowAnswer(request, status, ParseObject(request, body), ErrorCode: null, "");
        }

        var (code, message, isOwn) = ReadError(status, mediaType, body);
        return new MlflowAnswer(request, status, Json: default, code, TextFromServer.Clean(blot(message), MaxMessage))
        {
            IsOwnError = isOwn,
        };
    }

    private static JsonElement ParseObject(string request, ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw new MlflowFormatException($"{request} was answered with bytes that are not UTF-8") { MayPass = true };
        }

        if (LoneSurrogates.Occur(body.Span))
        {
            throw new MlflowFormatException($"{request} was answered with text that is not Unicode") { MayPass = true };
        }

        try
        {
            var root = JsonDocument.Parse(body, Strict).RootElement; // lives as long as its answer; pooled memory is not used for a caller's array
            return root.ValueKind == JsonValueKind.Object
                ? root
                : throw new MlflowFormatException($"{request} was answered with JSON that is no object") { MayPass = true };
        }
        catch (JsonException e)
        {
            throw new MlflowFormatException(
                $"{request} was answered with JSON that cannot be read (line {e.LineNumber + 1}, byte {e.BytePositionInLine}): broken, doubled keys, or nested deeper than {Strict.MaxDepth}",
                e
            )
            {
                MayPass = true,
            };
        }
    }

    private static (string? Code, string Message, bool IsOwn) ReadError(HttpStatusCode status, string? mediaType, ReadOnlyMemory<byte> body)
    {
        if (mediaType == "application/json" && Utf8.IsValid(body.Span) && !LoneSurrogates.Occur(body.Span))
        {
            try
            {
                using var document = JsonDocument.Parse(body, Strict);
                if (document.RootElement is { ValueKind: JsonValueKind.Object } root)
                {
                    // FastAPI's word for what it does not understand is 422 with a detail; with 400 it is any service's.
                    var isOwn =
                        root.TryGetProperty("error_code", out _)
                        || (status is HttpStatusCode.UnprocessableEntity && root.TryGetProperty("detail", out _));
                    return (TextOf(root, "error_code"), TextOf(root, "message") ?? TextOf(root, "detail") ?? "", isOwn);
                }
            }
            catch (JsonException)
            {
                // An error that is broken JSON is still an error; its status says enough.
            }

            return (null, "", false);
        }

        // Other texts are shown where they are short and not a page of HTML.
        return (
            null,
            body.Length > 2000 || mediaType == "text/html" && body.Span.IndexOf("<"u8) >= 0 ? "" : Encoding.UTF8.GetString(body.Span),
            false
        );
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
