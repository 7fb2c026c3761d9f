using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>One request: method, path below the server's base, query, and a body that is always sent with its length.</summary>
/// <remarks>MLflow 3.3 and later loses chunked bodies (specs/mlflow.md §0.1), so a body is bytes, never a stream.</remarks>
internal sealed class MlflowRequest
{
    private readonly StringBuilder _target;
    private bool _hasQuery;

    public MlflowRequest(HttpMethod method, string path)
    {
        Method = method;
        _target = new StringBuilder(path);
        IsRepeatable = method == HttpMethod.Get;
    }

    public HttpMethod Method { get; }

    /// <summary>Path and query below the base address, without a leading slash.</summary>
    public string Target => _target.ToString();

    public ReadOnlyMemory<byte>? Body { get; private init; }

    public string ContentType { get; private init; } = "application/json";

    /// <summary>True where sending it twice does no more than sending it once.</summary>
    public bool IsRepeatable { get; init; }

    public static MlflowRequest Get(string path) => new(HttpMethod.Get, path);

    /// <summary>A request with a JSON object as its body.</summary>
    public static MlflowRequest WithJson(HttpMethod method, string path, bool isRepeatable, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return new MlflowRequest(method, path) { Body = buffer.WrittenMemory, IsRepeatable = isRepeatable };
    }

    public static MlflowRequest WithBytes(HttpMethod method, string path, ReadOnlyMemory<byte> content) =>
        new(method, path)
        {
            Body = content,
            ContentType = "application/octet-stream",
            IsRepeatable = true,
        };

    public MlflowRequest Query(string name, string value)
    {
        _target.Append(_hasQuery ? '&' : '?').Append(name).Append('=').Append(Escape(value));
        _hasQuery = true;
        return this;
    }

    public MlflowRequest Query(string name, int value) => Query(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Escapes each segment of a path by itself.</summary>
    /// <exception cref="BadInputException">There is half a character in it.</exception>
    public static string EscapePath(string path) => string.Join('/', path.Split('/').Select(Escape));

    /// <summary>Escapes one segment of a path, or a value of a query.</summary>
    /// <exception cref="BadInputException">There is half a character in it: it would be sent as another text.</exception>
    public static string Escape(string text) => Uri.EscapeDataString(Sendable(text));

    /// <summary>A text that arrives as it is: the writer of JSON, like that of URIs, puts U+FFFD in the place of half a character.</summary>
    /// <exception cref="BadInputException">There is half a character in it.</exception>
    public static string Sendable(string text) =>
        MlflowNames.IsUnicode(text)
            ? text
            : throw new BadInputException("A text with half a character in it cannot be sent to an MLflow server");
}
