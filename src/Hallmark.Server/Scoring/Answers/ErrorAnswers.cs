using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Inference;
using Hallmark.Inference.Runners;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Answers;

/// <summary>
/// Turns failures into answers: the caller's faults are told in full, ours in one sentence without insides (those go to the log, under the request's id). MLflow's clients get
/// <c>{"error_code", "message"}</c>, those of the Open Inference Protocol <c>{"error"}</c>.
/// </summary>
internal static class ErrorAnswers
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    /// <summary>What a failure is answered with.</summary>
    public static RefusedRequestException Of(Exception failure, HttpContext context) =>
        failure switch
        {
            RefusedRequestException refusal => refusal,
            BadHttpRequestException bad => OfTransport(bad),
            JsonRejectedException rejected => RefusedRequestException.BadRequest("invalid input: " + rejected.Message),
            ModelInputException unfit => RefusedRequestException.InvalidValue(WithHints(unfit)),
            BadInputException bad => RefusedRequestException.BadRequest(WithHints(bad)),
            ForwardedRefusalException forwarded => new(forwarded.Answer.Status, "FORWARDED", forwarded.Message)
            {
                RetryAfter = forwarded.RetryAfter,
                Forwarded = forwarded.Answer,
            },
            AssetVerificationException => Ours(
                503,
                "TEMPORARILY_UNAVAILABLE",
                "the model does not pass its gate now; it has not run",
                context
            ),
            UnavailableException unavailable => Ours(
                503,
                "TEMPORARILY_UNAVAILABLE",
                "what is needed for a prediction with a receipt is out of reach; nothing was predicted",
                context,
                unavailable.RetryAfter ?? SoonAgain
            ),
            ModelRunException => Ours(500, "INTERNAL_ERROR", "the model failed; nothing was predicted", context),
            _ => Ours(500, "INTERNAL_ERROR", "the server failed", context),
        };

    /// <summary>Writes an answer. Nothing else may have been written.</summary>
    public static async Task WriteAsync(HttpContext context, RefusedRequestException refusal)
    {
        var response = context.Response;
        var connection = response.Headers.Connection;
        response.Clear();
        response.Headers.Connection = connection;
        response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } pause)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        // The listener will not read the rest, and closes; a client that is not told would send its next request into that.
        if (refusal.Status == StatusCodes.Status413PayloadTooLarge)
        {
            response.Headers.Connection = "close";
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (refusal.Allow is { } methods)
        {
            response.Headers.Allow = methods;
        }

        if (refusal.DecisionId is { } decisionId)
        {
            PredictionHeaders.Write(response, decisionId, PredictionHeaders.Unconfirmed);
        }

        if (refusal.Forwarded is { } forwarded)
        {
            await JsonAnswer.WriteAsync(context, forwarded).ConfigureAwait(false);
            return;
        }

        await JsonAnswer
            .WriteAsync(
                context,
                writer =>
                {
                    writer.WriteStartObject();
                    if (context.Request.Path.StartsWithSegments("/v2", StringComparison.OrdinalIgnoreCase)) // as routes are found
                    {
                        writer.WriteString("error", refusal.Message);
                    }
                    else
                    {
                        writer.WriteString("error_code", refusal.Code);
                        writer.WriteString("message", refusal.Message);
                    }

                    writer.WriteEndObject();
                }
            )
            .ConfigureAwait(false);
    }

    private static RefusedRequestException OfTransport(BadHttpRequestException bad) =>
        bad.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => new(413, "BAD_REQUEST", "the body is larger than this server takes"),
            StatusCodes.Status408RequestTimeout => new(408, "BAD_REQUEST", "the body came too slowly"),
            _ => new(bad.StatusCode, "BAD_REQUEST", "the request is not well-formed HTTP"),
        };

    private static RefusedRequestException Ours(
        int status,
        string code,
        string message,
        HttpContext context,
        TimeSpan? retryAfter = null
    ) => new(status, code, $"{message} (request {context.TraceIdentifier})") { RetryAfter = retryAfter };

    private static string WithHints(HallmarkException failure) => string.Join("; ", failure.Hints.Prepend(failure.Message));
}
