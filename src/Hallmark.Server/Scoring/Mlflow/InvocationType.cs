using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hallmark.Server.Scoring.Mlflow;

/// <summary>The media types of <c>/invocations</c>, with MLflow's rules for their parameters: <c>charset=utf-8</c> only, nothing else.</summary>
internal static class InvocationType
{
    /// <summary>CSV.</summary>
    public const string Csv = "text/csv";

    private const int MaxShown = 100;

    /// <summary>Reads the header.</summary>
    /// <param name="request">The request.</param>
    /// <param name="allowed">The types that are taken here.</param>
    /// <returns>One of those allowed.</returns>
    /// <exception cref="RefusedRequestException">415.</exception>
    public static string Read(HttpRequest request, params ReadOnlySpan<string> allowed)
    {
        RefuseEncoding(request);
        var header = request.Headers.ContentType;
        if (header.Count != 1 || !MediaTypeHeaderValue.TryParse(header[0], out var type))
        {
            throw Unsupported(
                $"the Content-Type must be one of {Quote(allowed)}; got {(header.Count == 0 ? "none" : $"'{Cut(header.ToString())}'")}"
            );
        }

        foreach (var candidate in allowed)
        {
            if (type.MediaType.Equals(candidate, StringComparison.OrdinalIgnoreCase))
            {
                RefuseParameters(type);
                return candidate;
            }
        }

        throw Unsupported($"the Content-Type must be one of {Quote(allowed)}; got '{Cut(type.MediaType.ToString())}'");
    }

    /// <summary>Reads the header where any type is taken; JSON and CSV by the rules of <see cref="Read"/>.</summary>
    /// <returns>The type without parameters, in lower case.</returns>
    /// <exception cref="RefusedRequestException">415.</exception>
    public static string ReadAny(HttpRequest request)
    {
        var header = request.Headers.ContentType;
        if (header.Count == 1 && MediaTypeHeaderValue.TryParse(header[0], out var type) && type.MediaType.Value is { } name)
        {
            var mediaType = name.ToLowerInvariant();
            if (mediaType is not (JsonAnswer.MediaType or Csv))
            {
                RefuseEncoding(request);
                return mediaType;
            }
        }

        return Read(request, JsonAnswer.MediaType, Csv);
    }

    /// <summary>
    /// Refuses all but JSON, which may go without saying: the Open Inference Protocol names no Content-Type, and Triton's own client sends none. A page of another site can make a
    /// browser do that too, and must not predict in its user's name; there the browser says <c>Origin</c>.
    /// </summary>
    /// <exception cref="RefusedRequestException">415.</exception>
    public static void RequireJson(HttpRequest request)
    {
        if (request.Headers.ContentType.Count > 0 || request.Headers.Origin.Count > 0)
        {
            _ = Read(request, JsonAnswer.MediaType);
        }
        else
        {
            RefuseEncoding(request);
        }
    }

    private static void RefuseParameters(MediaTypeHeaderValue type)
    {
        foreach (var parameter in type.Parameters)
        {
            if (!parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase))
            {
                throw Unsupported($"unrecognized content type parameter: {Cut(parameter.Name.ToString())}");
            }
        }

        if (type.Parameters.Count > 1 || (type.Charset.HasValue && !IsUtf8(type.Charset.Value)))
        {
            throw Unsupported("this server takes UTF-8 only");
        }
    }

    private static void RefuseEncoding(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0)
        {
            throw Unsupported("this server takes no Content-Encoding");
        }
    }

    private static bool IsUtf8(string? charset) => string.Equals(charset?.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase);

    // Enough to know one's own by; a header may have 32 kB.
    private static string Cut(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";

    private static string Quote(ReadOnlySpan<string> types) => $"'{string.Join("', '", types!)}'";

    private static RefusedRequestException Unsupported(string message) =>
        new(StatusCodes.Status415UnsupportedMediaType, "BAD_REQUEST", message);
}
