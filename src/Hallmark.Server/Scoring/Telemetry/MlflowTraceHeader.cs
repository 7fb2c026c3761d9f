using System.Buffers;
using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Telemetry;

/// <summary>
/// The header <c>X-MLflow-Trace-Id</c>: our own, named as MLflow names its headers, since MLflow's clients have none for it. A <c>traceparent</c> is not taken for it, though
/// MLflow 3 makes its ids from those: most callers that send one have no trace in MLflow.
/// </summary>
internal static class MlflowTraceHeader
{
    /// <summary>The header.</summary>
    public const string Name = "X-MLflow-Trace-Id";

    private const string Prefix = "tr-";
    private const int Digits = 32;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads the id; null where the request has none. It becomes a part of paths and addresses in MLflow, so nothing but an id is taken.</summary>
    /// <exception cref="RefusedRequestException">400: it is no id of a trace, or was sent twice.</exception>
    public static string? Find(HttpRequest request)
    {
        var header = request.Headers[Name];
        return header.Count == 0 ? null
            : header is [{ } id] && IsTraceId(id) ? id
            : throw RefusedRequestException.InvalidValue($"{Name} is one MLflow trace id: tr- and 32 hex digits, or these alone");
    }

    private static bool IsTraceId(string id)
    {
        var digits = id.StartsWith(Prefix, StringComparison.Ordinal) ? id.AsSpan(Prefix.Length) : id;
        return digits.Length == Digits && !digits.ContainsAnyExcept(HexDigits) && digits.ContainsAnyExcept('0');
    }
}
