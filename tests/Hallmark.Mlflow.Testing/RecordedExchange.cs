using System.Text;
using System.Text.Json;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Testing;

/// <summary>A request of <c>testdata/mlflow/&lt;version&gt;/http/*.jsonl</c> and the real server's answer to it.</summary>
public sealed class RecordedExchange
{
    private RecordedExchange(JsonElement line)
    {
        Number = line.GetProperty("n").GetInt32();
        Name = line.GetProperty("name").GetString()!;
        Method = line.GetProperty("method").GetString()!;
        Path = Uri.UnescapeDataString(line.GetProperty("path").GetString()!);
        RawPath = line.GetProperty("path").GetString()!;
        RawQuery = line.GetProperty("query").GetString() ?? "";
        Query = Normalise(RawQuery);
        RequestHeaders = Headers(line.GetProperty("request_headers"));
        RequestBody = Bytes(line, "request_body");
        Status = line.GetProperty("status").GetInt32();
        ResponseHeaders = Headers(line.GetProperty("response_headers"));
        ResponseBody = Bytes(line, "response_body") ?? [];
    }

    public int Number { get; }

    public string Name { get; }

    public string Method { get; }

    /// <summary>Unescaped.</summary>
    public string Path { get; }

    public string RawPath { get; }

    public string RawQuery { get; }

    /// <summary>Unescaped names and values, sorted.</summary>
    public string Query { get; }

    public IReadOnlyDictionary<string, string> RequestHeaders { get; }

    public byte[]? RequestBody { get; }

    /// <summary>0 where the server hung up.</summary>
    public int Status { get; }

    public IReadOnlyDictionary<string, string> ResponseHeaders { get; }

    public byte[] ResponseBody { get; }

    /// <summary>All exchanges of a file.</summary>
    public static IReadOnlyList<RecordedExchange> Read(string version, string file) =>
        [
            .. File.ReadLines(ProjectFiles.TestData($"mlflow/{version}/http/{file}"))
                .Where(static line => line.Length > 0)
                .Select(static line =>
                {
                    using var document = JsonDocument.Parse(line);
                    return new RecordedExchange(document.RootElement);
                }),
        ];

    /// <summary>A query in one form, however it was escaped and ordered.</summary>
    public static string Normalise(string query) =>
        string.Join(
            '&',
            query
                .TrimStart('?')
                .Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(static part => Uri.UnescapeDataString(part.Replace('+', ' ')))
                .Order(StringComparer.Ordinal)
        );

    /// <summary>True where the bodies are the same bytes or the same JSON.</summary>
    public bool HasBody(byte[]? body)
    {
        if (RequestBody is null or { Length: 0 } || body is null or { Length: 0 })
        {
            return (RequestBody?.Length ?? 0) == (body?.Length ?? 0);
        }

        return RequestBody.AsSpan().SequenceEqual(body)
            || (TryParse(RequestBody) is { } a && TryParse(body) is { } b && JsonElement.DeepEquals(a, b));
    }

    private static JsonElement? TryParse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(JsonElement line, string name) =>
        line.TryGetProperty(name + "_base64", out var encoded) && encoded.ValueKind == JsonValueKind.String ? encoded.GetBytesFromBase64()
        : line.GetProperty(name).GetString() is { } text ? Encoding.UTF8.GetBytes(text)
        : null;

    private static Dictionary<string, string> Headers(JsonElement headers) =>
        headers.EnumerateObject().ToDictionary(static h => h.Name, static h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
}
