using Hallmark.Core.Failures;
using Hallmark.Server.Scoring.Access;
using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring;

/// <summary><c>GET /receipts/{id}</c>.</summary>
internal sealed class ReceiptEndpoint(CallerCheck callers, IScoringModel model)
{
    /// <summary>Answers a request.</summary>
    public async Task RunAsync(HttpContext context)
    {
        _ = callers.Identify(context);
        var id = context.Request.RouteValues["id"] as string ?? "";

        // Anything but an id never reaches the log.
        ReadOnlyMemory<byte>? receipt;
        try
        {
            receipt =
                Guid.TryParseExact(id, "D", out _) && !id.Any(char.IsAsciiLetterUpper)
                    ? await model.FindReceiptAsync(id, context.RequestAborted).ConfigureAwait(false)
                    : null;
        }
        catch (UnavailableException early) when (early.RetryAfter is not null)
        {
            throw new RefusedRequestException(StatusCodes.Status503ServiceUnavailable, "TEMPORARILY_UNAVAILABLE", early.Message)
            {
                RetryAfter = early.RetryAfter,
            };
        }

        if (receipt is not { } json)
        {
            throw new RefusedRequestException(
                StatusCodes.Status404NotFound,
                "RESOURCE_DOES_NOT_EXIST",
                "there is no receipt of that decision id here"
            );
        }

        // It grows as checkpoints and anchors come.
        context.Response.Headers.CacheControl = "no-cache";
        await JsonAnswer.WriteAsync(context, json).ConfigureAwait(false);
    }
}
