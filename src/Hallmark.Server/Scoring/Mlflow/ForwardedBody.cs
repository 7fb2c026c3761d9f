using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring.Answers;
using Hallmark.Server.Scoring.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hallmark.Server.Scoring.Mlflow;

/// <summary>
/// A body that goes to another server as it came. What calls itself JSON or CSV is read as strictly as elsewhere, so that the record commits to what that server reads; a body of
/// any other type is committed to as bytes.
/// </summary>
internal static class ForwardedBody
{
    // What else could change what the model is asked is not handed on: no receipt would speak for it. Authorization is the caller's word to us, not to the other server.
    private static readonly string[] HandedOn = [HeaderNames.Accept];
    private static readonly string[] Trace = [HeaderNames.TraceParent, HeaderNames.TraceState];

    /// <summary>Reads a body.</summary>
    /// <param name="request">Its headers.</param>
    /// <param name="mediaType">Its type, without parameters.</param>
    /// <param name="bytes">The body; copied.</param>
    /// <exception cref="RefusedRequestException">400.</exception>
    /// <exception cref="Core.Json.JsonRejectedException">It calls itself JSON and is not, or not such that a hash could speak for it.</exception>
    public static ModelInput Read(HttpRequest request, string mediaType, ReadOnlySpan<byte> bytes)
    {
        var input = mediaType switch
        {
            JsonAnswer.MediaType => InvocationReader.ReadAnyJson(bytes),
            InvocationType.Csv => InvocationReader.ReadCsv(bytes),
            _ => new ModelInput(InputForm.Bytes, RawBytes.Describe(request.ContentType, bytes)),
        };

        // A span of ours is the parent for the other server, and the client puts it in; else the caller's is.
        var names = ScoringTrace.IsHeard ? HandedOn : HandedOn.Concat(Trace);
        var headers =
            from name in names
            let value = request.Headers[name]
            where value is [{ Length: > 0 }]
            select KeyValuePair.Create(name, value[0]!); // one that is not empty, above
        return input with { Raw = new RawRequest(request.ContentType!, bytes.ToArray(), [.. headers]) }; // ! its type was read from it
    }
}
