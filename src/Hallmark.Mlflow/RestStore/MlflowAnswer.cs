using System.Net;
using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>What the server said: an object, or an error that was understood as far as it goes.</summary>
/// <param name="Request">What was asked; for messages, without credentials.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Json">The object; undefined on errors.</param>
/// <param name="ErrorCode">MLflow's <c>error_code</c>, or null where the error was not JSON.</param>
/// <param name="Message">The error's text, cut and cleaned; empty where there is none.</param>
internal sealed record MlflowAnswer(string Request, HttpStatusCode Status, JsonElement Json, string? ErrorCode, string Message)
{
    /// <summary>How long the server asks to be left alone, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True where no credentials were sent.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>True where an error has the form of MLflow's own, and not of a page or of a proxy's words that came in its place.</summary>
    public bool IsOwnError { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and <= 299;

    /// <summary>MLflow itself says that the thing does not exist.</summary>
    public bool IsNotFound => Status == HttpStatusCode.NotFound && ErrorCode is "RESOURCE_DOES_NOT_EXIST" or "NOT_FOUND";

    /// <summary>MLflow itself says that the request is wrong: it would say so again.</summary>
    public bool IsRefusal => IsOwnError && Status is (HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity);

    /// <summary>The server has no such route: an older MLflow, or not MLflow at all.</summary>
    public bool IsUnknownRoute =>
        (Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed && ErrorCode is null or "ENDPOINT_NOT_FOUND")
        || Status == HttpStatusCode.NotImplemented;

    /// <summary>The object, where the request went well.</summary>
    /// <exception cref="HallmarkException">It did not; the type says how.</exception>
    public JsonElement Require() => IsSuccess ? Json : throw Failure();

    /// <summary>The exception that this error stands for.</summary>
    public HallmarkException Failure()
    {
        var said = Message.Length > 0 ? ": " + Message : "";
        switch (Status)
        {
            case HttpStatusCode.Unauthorized:
                return new MlflowUnavailableException(
                    IsAnonymous
                        ? "the MLflow server asks for a user, and no credentials were sent: they go only to the server that --tracking-uri, MLFLOW_TRACKING_URI or the settings name"
                        : "the MLflow server does not know this user",
                    "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
                );
            case HttpStatusCode.Forbidden when Message.StartsWith("Invalid Host header", StringComparison.OrdinalIgnoreCase):
                return new MlflowUnavailableException(
                    "the MLflow server refuses the host name it was called by" + said,
                    "start it with --allowed-hosts naming this host (MLflow 3.5 and later), or call it by a name that it allows, such as localhost"
                );
            case HttpStatusCode.Forbidden:
                return new MlflowUnavailableException(
                    $"the MLflow server refuses {Request} to this user{said}",
                    "ask its administrator for the permission, or set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, of a user who has it"
                );
            case HttpStatusCode.Conflict:
            case HttpStatusCode.BadRequest when ErrorCode is "RESOURCE_ALREADY_EXISTS":
                return new MlflowConflictException("it exists already" + said);
            case HttpStatusCode.NotFound when IsNotFound:
                return new MlflowNotFoundException(Message.Length > 0 ? Message : "no such thing on the MLflow server");
            case HttpStatusCode.NotFound:
            case HttpStatusCode.MethodNotAllowed:
                return new MlflowUnavailableException(
                    $"the server has no route for {Request}",
                    "check the tracking URI: it is the address of the MLflow server with its path prefix, without /api"
                );
            case HttpStatusCode.BadRequest when IsRefusal:
            case HttpStatusCode.UnprocessableEntity when IsRefusal:
                return new BadInputException($"the MLflow server refuses {Request}{said}");
            default:
                return new MlflowUnavailableException(
                    $"the MLflow server answered {Request} with {(int)Status}{said}",
                    Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
                        ? "these are not MLflow's words: see what stands before it, or that the tracking URI (MLFLOW_TRACKING_URI) is its address"
                        : "look into the server's log, or try again later"
                )
                {
                    RetryAfter = RetryAfter,
                };
        }
    }
}
