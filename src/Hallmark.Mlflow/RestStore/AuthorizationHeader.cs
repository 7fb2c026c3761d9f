using System.Net.Http.Headers;
using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>What is sent in <c>Authorization</c>, and how it is kept out of messages.</summary>
internal sealed class AuthorizationHeader
{
    private readonly string[] _secrets;

    private AuthorizationHeader(AuthenticationHeaderValue? value, params string[] secrets)
    {
        Value = value;
        _secrets = secrets;
    }

    /// <summary>The header, or null where nothing is configured.</summary>
    public AuthenticationHeaderValue? Value { get; }

    /// <summary>Takes what stands in the address, else user and password where both are set, else the token: the order of MLflow's own client.</summary>
    /// <exception cref="BadInputException">No header can carry the token.</exception>
    public static AuthorizationHeader From(MlflowCredentials credentials, string userInfo)
    {
        if (userInfo.Length > 0)
        {
            var parts = userInfo.Split(':', 2);
            return Basic(Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
        }

        if (credentials is { Username.Length: > 0, Password.Length: > 0 })
        {
            return Basic(credentials.Username, credentials.Password);
        }

        if (credentials.Token is not { Length: > 0 } token)
        {
            return new AuthorizationHeader(value: null);
        }

        return token.All(static c => c is >= ' ' and <= '~')
            ? new AuthorizationHeader(new AuthenticationHeaderValue("Bearer", token), token)
            : throw new BadInputException(
                "the token for the MLflow server has a character that cannot be sent: a line end, or one beyond ASCII",
                "look at MLFLOW_TRACKING_TOKEN; a line end often comes with a file that it was read from"
            );
    }

    /// <summary>A server may echo what it was sent, in a host's name in lower case: secrets are blotted out before a text reaches a message.</summary>
    public string Blot(string text)
    {
        foreach (var secret in _secrets)
        {
            if (secret.Length >= 4)
            {
                text = text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
            }
        }

        return text;
    }

    private static AuthorizationHeader Basic(string username, string password)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(username + ":" + password));
        return new AuthorizationHeader(new AuthenticationHeaderValue("Basic", encoded), password, encoded);
    }
}
