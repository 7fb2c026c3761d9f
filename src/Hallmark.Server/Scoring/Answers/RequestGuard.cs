using Hallmark.Server.Scoring.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hallmark.Server.Scoring.Answers;

/// <summary>Around every request: refuses what two readers could read differently, turns failures into answers, and counts.</summary>
internal sealed partial class RequestGuard(
    RequestDelegate next,
    ScoringMetrics metrics,
    StopSign stop,
    TimeProvider time,
    ILogger<RequestGuard> logger
)
{
    /// <summary>Answers a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();

        // HTTP/2 has no such header; its connections are told when the listener closes.
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.OnStarting(EndConnectionAsync, context.Response);
        }

        try
        {
            RefuseAmbiguousLength(context);
            await next(context).ConfigureAwait(false);
            if (!context.Response.HasStarted && context.Response is { StatusCode: 404 or 405 } plain)
            {
                await ErrorAnswers.WriteAsync(context, OfRouting(plain)).ConfigureAwait(false);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            context.Abort();
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            var refusal = ErrorAnswers.Of(failure, context);
            if (refusal.Status >= 500 && failure is not RefusedRequestException)
            {
                LogFailure(failure, context.TraceIdentifier);
            }

            await ErrorAnswers.WriteAsync(context, refusal).ConfigureAwait(false);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            metrics.Answered(route, context.Response.StatusCode, time.GetElapsedTime(started));
        }
    }

    // The client's next request goes to a connection that somebody shares out anew. Looked at when the answer begins: the server may have been told to stop since it was asked.
    private Task EndConnectionAsync(object response)
    {
        if (stop.IsUp)
        {
            ((HttpResponse)response).Headers.Connection = "close";
        }

        return Task.CompletedTask;
    }

    // RFC 9112 §6.1: a request with both lengths is how requests are smuggled past a proxy. The listener has moved the one aside that it does not use.
    private static void RefuseAmbiguousLength(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length")))
        {
            context.Response.Headers.Connection = "close";
            throw RefusedRequestException.BadRequest("a request has Content-Length or Transfer-Encoding, not both");
        }
    }

    private static RefusedRequestException OfRouting(HttpResponse response) =>
        response.StatusCode == StatusCodes.Status404NotFound
            ? new RefusedRequestException(404, "ENDPOINT_NOT_FOUND", "there is nothing at this path")
            : new RefusedRequestException(405, "BAD_REQUEST", $"this path takes {response.Headers.Allow}")
            {
                Allow = response.Headers.Allow,
            };

    [LoggerMessage(Level = LogLevel.Error, Message = "request {Request} failed")]
    private partial void LogFailure(Exception failure, string request);
}
