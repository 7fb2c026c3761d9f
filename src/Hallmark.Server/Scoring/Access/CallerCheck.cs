using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hallmark.Server.Scoring.Access;

/// <summary>Finds out who asks: <c>Authorization: Bearer KEY</c> or <c>X-API-Key: KEY</c>, or a client certificate.</summary>
internal sealed class CallerCheck(ApiKeys keys)
{
    private const string KeyHeader = "X-API-Key";
    private const string Scheme = "Bearer ";

    /// <summary>Who asks.</summary>
    /// <exception cref="RefusedRequestException">401: a key is needed, and none of ours was shown.</exception>
    public Caller Identify(HttpContext context)
    {
        if (keys.Count > 0)
        {
            var name =
                keys.FindName(ShownKey(context.Request))
                ?? throw new RefusedRequestException(
                    StatusCodes.Status401Unauthorized,
                    "UNAUTHENTICATED",
                    "this server needs an API key: Authorization: Bearer KEY, or X-API-Key: KEY"
                );
            return new Caller(name, "key:" + name);
        }

        // The listener has checked it already, where it asks for one.
        if (context.Connection.ClientCertificate is { } certificate)
        {
            return new Caller(certificate.Subject, "certificate:" + certificate.Thumbprint);
        }

        return new Caller(null, "address:" + context.Connection.RemoteIpAddress);
    }

    private static string? ShownKey(HttpRequest request)
    {
        // A header that stands twice is refused: what is in front of us may have looked at the other one.
        var own = request.Headers[KeyHeader];
        var authorization = request.Headers[HeaderNames.Authorization];
        if (own.Count + authorization.Count != 1)
        {
            return null;
        }

        if (own.Count == 1)
        {
            return own[0];
        }

        return authorization[0] is { } text && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? text[Scheme.Length..].Trim(' ')
            : null;
    }
}
